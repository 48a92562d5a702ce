package io.inkstream.engine.scheduler;

/// The noise levels of one generation. The arrays are the record's own: nobody may write to them.
///
/// @param sigmas `steps + 1` levels, falling from 1; the last is 0
/// @param timesteps `steps` levels as the model was trained on them, falling from 1000
@SuppressWarnings("ArrayRecordComponent") // read in every step, compared never
public record Schedule(float[] sigmas, float[] timesteps) {
  /// Number of denoising steps.
  public int steps() {
    return timesteps.length;
  }
}
