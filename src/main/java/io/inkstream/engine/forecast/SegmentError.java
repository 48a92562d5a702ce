package io.inkstream.engine.forecast;

import java.util.List;

/// How far from the recorded pictures a segment leads if its weights are fitted to them: a
/// quadratic form in the Gram matrices of their velocities, so that no model runs.
///
/// @param sigmas noise levels of the recordings
record SegmentError(List<Recording> recordings, float[] sigmas) {
  private static final double RIDGE = 1e-4;

  /// The mean squared error, relative to the finished latents, as it will have grown in them.
  ///
  /// @param earlier the computed step before, or -1
  /// @param from the computed step
  /// @param to the next one, or the number of steps
  double of(int earlier, int from, int to) {
    if (to == from + 1) {
      return 0;
    }
    // What holding V_from misses: as weights of the steps' velocities.
    double[] missed = new double[sigmas.length - 1];
    for (int t = from; t < to; t++) {
      missed[t] = (double) sigmas[t + 1] - sigmas[t];
    }
    missed[from] -= (double) sigmas[to] - sigmas[from];
    double[] fitted = fit(missed, earlier, from);
    missed[from] -= fitted[0];
    if (earlier >= 0) {
      missed[earlier] -= fitted[1];
    }
    double gain = Gain.MEASURED.at(sigmas[Math.min(to, sigmas.length - 2)]);
    double first = earlier < 0 ? from : earlier;
    return recordings.stream()
            .mapToDouble(r -> energy(r, missed, (int) first, to))
            .average()
            .orElse(0)
        * gain
        * gain;
  }

  private double[] fit(double[] missed, int b, int a) {
    int[] steps = b < 0 ? new int[] {a} : new int[] {a, b};
    var fit = new RidgeFit(steps.length);
    for (Recording recording : recordings) {
      double share = 1 / recording.energy();
      for (int j = 0; j < steps.length; j++) {
        double[] gram = recording.gram()[steps[j]];
        fit.wants(j, row(gram, missed, a) * share);
        for (int k = 0; k < steps.length; k++) {
          fit.knows(j, k, gram[steps[k]] * share);
        }
      }
    }
    return fit.solve(RIDGE);
  }

  private static double row(double[] row, double[] weights, int from) {
    double sum = 0;
    for (int t = from; t < weights.length; t++) {
      sum += row[t] * weights[t];
    }
    return sum;
  }

  static double energy(Recording recording, double[] weights, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      for (int j = from; j < to; j++) {
        sum += weights[i] * recording.gram()[i][j] * weights[j];
      }
    }
    return Math.max(0, sum) / recording.energy();
  }
}
