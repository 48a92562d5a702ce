package io.inkstream.engine.vae;

import io.inkstream.engine.tensor.TorchGenerator;
import java.util.Arrays;

/// What a picture may have been encoded to: for each latent a normal distribution, diffusers'
/// `DiagonalGaussianDistribution`. The array is the record's own: nobody may write to it.
///
/// @param moments `[2 z, h, w]`: means, then logarithms of variances
@SuppressWarnings("ArrayRecordComponent") // read, compared never
public record Posterior(float[] moments) {
  private static final float LEAST_LOG_VARIANCE = -30;
  private static final float MOST_LOG_VARIANCE = 20;

  /// The likeliest latents, `[z, h, w]`.
  public float[] mode() {
    return Arrays.copyOf(moments, moments.length / 2);
  }

  /// Latents by lot, `[z, h, w]`.
  public float[] sample(TorchGenerator generator) {
    float[] latents = mode();
    float[] noise = generator.randn(latents.length);
    for (int i = 0; i < latents.length; i++) {
      float logarithm =
          Math.clamp(moments[latents.length + i], LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE);
      latents[i] += (float) Math.exp(0.5f * logarithm) * noise[i];
    }
    return latents;
  }
}
