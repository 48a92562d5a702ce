package io.inkstream.engine.forecast;

import java.util.List;

/// One calibration picture that was drawn in full, as far as the choice of steps needs it.
///
/// @param gram by two steps: the inner product of their velocities
/// @param energy the finished latents' squared norm
@SuppressWarnings("ArrayRecordComponent") // summed over in loops, compared never
public record Recording(double[][] gram, double energy) {
  /// @param velocities of each step, after guidance
  /// @param finished the latents after the last step
  public static Recording of(List<float[]> velocities, float[] finished) {
    int steps = velocities.size();
    double[][] gram = new double[steps][steps];
    for (int i = 0; i < steps; i++) {
      for (int j = 0; j <= i; j++) {
        gram[i][j] = gram[j][i] = dot(velocities.get(i), velocities.get(j));
      }
    }
    return new Recording(gram, dot(finished, finished));
  }

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
