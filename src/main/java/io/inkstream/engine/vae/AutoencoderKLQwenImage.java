package io.inkstream.engine.vae;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// diffusers' class of this name, or `AutoencoderKLQwenImage21`, for single frames.
public final class AutoencoderKLQwenImage implements AutoCloseable {
  private final Subgraph decoder;
  private final Optional<Subgraph> encoder;
  private final float[] mean;
  private final float[] std;
  private final int scale;
  private final int pictureChannels;

  /// @param decoder described at `graph.VaeGraphs` and `graph.ResidualVaeGraphs`
  /// @param encoder described there; empty for a model whose files have none
  /// @param mean of each latent channel, as trained
  /// @param std of each latent channel
  /// @param scale pixels to one latent, along each axis
  /// @param pictureChannels of a picture: 3, or 4 with transparency
  public AutoencoderKLQwenImage(
      Subgraph decoder,
      Optional<Subgraph> encoder,
      List<Double> mean,
      List<Double> std,
      int scale,
      int pictureChannels) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.mean = toFloats(mean);
    this.std = toFloats(std);
    this.scale = scale;
    this.pictureChannels = pictureChannels;
  }

  /// Latent channels.
  public int channels() {
    return mean.length;
  }

  /// Pixels to one latent, along each axis.
  public int scale() {
    return scale;
  }

  /// Channels of a picture: 3, or 4 with transparency.
  public int pictureChannels() {
    return pictureChannels;
  }

  /// Whether it encodes, too.
  public boolean encodes() {
    return encoder.isPresent();
  }

  /// From the encoder's latents `[z, h, w]` to the transformer's: `(z - mean) / std`, in place.
  public void normalize(float[] latents) {
    int area = latents.length / channels();
    for (int c = 0; c < channels(); c++) {
      for (int i = c * area; i < (c + 1) * area; i++) {
        latents[i] = (latents[i] - mean[c]) / std[c];
      }
    }
  }

  /// Encodes an image `[3 or 4, scale height, scale width]` in [-1, 1].
  ///
  /// @param height of the latents
  /// @param width of the latents
  /// @throws IllegalStateException if this model does not encode
  public Posterior encode(float[] sample, int height, int width, CancellationSignal signal) {
    var run = encoder.orElseThrow(() -> new IllegalStateException("this VAE has no encoder"));
    try (var input =
            Tensor.of(sample, 1, pictureChannels, (long) scale * height, (long) scale * width);
        var output = Tensor.zeros(1, 2L * channels(), height, width)) {
      run.run(Map.of("sample", input), Map.of("moments", output), signal);
      return new Posterior(output.toArray());
    }
  }

  /// From the transformer's latents `[z, h, w]` to the decoder's: `z / (1 / std) + mean`, in place.
  public void denormalize(float[] latents) {
    int area = latents.length / channels();
    for (int c = 0; c < channels(); c++) {
      // The reciprocal first, as the reference rounds.
      float inverse = 1f / std[c];
      for (int i = c * area; i < (c + 1) * area; i++) {
        latents[i] = latents[i] / inverse + mean[c];
      }
    }
  }

  /// Decodes de-normalised latents `[z, h, w]` to an image `[3 or 4, scale h, scale w]` in [-1, 1].
  public float[] decode(float[] latents, int height, int width, CancellationSignal signal) {
    try (var input = Tensor.of(latents, 1, channels(), height, width);
        var output =
            Tensor.zeros(1, pictureChannels, (long) scale * height, (long) scale * width)) {
      decoder.run(Map.of("latents", input), Map.of("sample", output), signal);
      float[] sample = output.toArray();
      for (int i = 0; i < sample.length; i++) {
        sample[i] = Math.clamp(sample[i], -1f, 1f);
      }
      return sample;
    }
  }

  private static float[] toFloats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  @Override
  public void close() {
    decoder.close();
    encoder.ifPresent(Subgraph::close);
  }
}
