package io.inkstream.engine.scheduler;

import java.util.Arrays;

/// The noise levels of one generation. The array is the record's own: nobody may write to it.
///
/// @param sigmas `steps + 1` levels, falling, from 1 if all are made; the last is 0
/// @param numTrainTimesteps what a level of 1 is as a time step, 1000
@SuppressWarnings("ArrayRecordComponent") // read in every step, compared never
public record Schedule(float[] sigmas, int numTrainTimesteps) {
  /// Number of denoising steps.
  public int steps() {
    return sigmas.length - 1;
  }

  /// The steps from one on, as a drawing makes them that begins with a picture.
  ///
  /// @param first from 0
  public Schedule from(int first) {
    return new Schedule(Arrays.copyOfRange(sigmas, first, sigmas.length), numTrainTimesteps);
  }

  /// A level as the model was trained on it.
  public float timestep(float sigma) {
    return sigma * numTrainTimesteps;
  }
}
