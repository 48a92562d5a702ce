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
    RidgeFit fit = fit(missed, earlier, from);
    missed[from] -= fit.own();
    if (earlier >= 0) {
      missed[earlier] -= fit.earlier();
    }
    double gain = Gain.at(sigmas[Math.min(to, sigmas.length - 2)]);
    double first = earlier < 0 ? from : earlier;
    return recordings.stream()
            .mapToDouble(r -> energy(r, missed, (int) first, to))
            .average()
            .orElse(0)
        * gain
        * gain;
  }

  private RidgeFit fit(double[] missed, int b, int a) {
    double aa = 0;
    double ab = 0;
    double bb = 0;
    double ya = 0;
    double yb = 0;
    for (Recording recording : recordings) {
      double[][] gram = recording.gram();
      double share = 1 / recording.energy();
      aa += gram[a][a] * share;
      ya += row(gram[a], missed, a) * share;
      if (b >= 0) {
        ab += gram[a][b] * share;
        bb += gram[b][b] * share;
        yb += row(gram[b], missed, a) * share;
      }
    }
    return b < 0 ? RidgeFit.of(aa, ya, RIDGE) : RidgeFit.of(aa, ab, bb, ya, yb, RIDGE);
  }

  private static double row(double[] row, double[] weights, int from) {
    double sum = 0;
    for (int t = from; t < weights.length; t++) {
      sum += row[t] * weights[t];
    }
    return sum;
  }

  private static double energy(Recording recording, double[] weights, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      for (int j = from; j < to; j++) {
        sum += weights[i] * recording.gram()[i][j] * weights[j];
      }
    }
    return Math.max(0, sum) / recording.energy();
  }
}
