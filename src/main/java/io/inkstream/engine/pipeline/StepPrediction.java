package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.List;

/// The prediction of a step that has been made.
///
/// @param latents after the step, by picture, packed
/// @param velocities of the step
/// @param sigma after the step; 0 after the last, where the prediction is the picture itself
record StepPrediction(
    LatentDecoder decoder,
    LatentSize size,
    List<float[]> latents,
    List<float[]> velocities,
    float sigma,
    CancellationSignal signal)
    implements Prediction {
  @Override
  public int images() {
    return latents.size();
  }

  @Override
  public Pixels picture(int image) {
    return decoder.decode(clean(image), size, signal);
  }

  @Override
  public Pixels smallPicture(int image) {
    return decoder.decodeSmall(clean(image), size, signal);
  }

  @Override
  public Pixels sketch(int image) {
    return decoder.sketch(clean(image), size, signal);
  }

  /// `x_t - sigma_t v_t`: the step went a part of that way, the rest is `sigma_{t+1} v_t`.
  private float[] clean(int image) {
    float[] x = latents.get(image);
    float[] v = velocities.get(image);
    float[] clean = new float[x.length];
    for (int i = 0; i < clean.length; i++) {
      clean[i] = x[i] - sigma * v[i];
    }
    return clean;
  }
}
