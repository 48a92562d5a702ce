package io.inkstream.engine.forecast;

/// From one computed step to the next: `x_to = x_from + ownWeight V_from + earlierWeight
/// V_earlier`.
///
/// In between, the velocity at step t is `scale V_from + slope (s_from - s_t) (V_from -
/// V_earlier)`; Euler steps with it end where the weights do.
///
/// @param from the computed step, from 0
/// @param to the next computed step, or the number of steps
/// @param ownWeight of the velocity at `from`
/// @param earlierWeight of the velocity at the computed step before
record Segment(int from, int to, double ownWeight, double earlierWeight, float[] sigmas) {
  /// Extends the line through the last two velocities, damped.
  ///
  /// @param earlier the computed step before
  /// @param damping 0: the velocity is held, 1: the whole slope
  static Segment damped(int earlier, int from, int to, double damping, float[] sigmas) {
    double slope = damping / ((double) sigmas[earlier] - sigmas[from]);
    double bend = slope * moment(from, to, sigmas);
    return new Segment(from, to, (double) sigmas[to] - sigmas[from] - bend, bend, sigmas);
  }

  /// Holds the velocity.
  static Segment held(int from, int to, float[] sigmas) {
    return new Segment(from, to, (double) sigmas[to] - sigmas[from], 0, sigmas);
  }

  /// Steps that are not computed.
  int skipped() {
    return to - from - 1;
  }

  /// What V_from has in the velocity at step t.
  double ownFactor(int t) {
    return scale() + slope() * ((double) sigmas[from] - sigmas[t]);
  }

  /// What V_earlier has in the velocity at step t.
  double earlierFactor(int t) {
    return -slope() * ((double) sigmas[from] - sigmas[t]);
  }

  /// The weight of V_from in the latents at noise level t, `from < t <= to`.
  double ownWeightAt(int t) {
    return t == to
        ? ownWeight
        : scale() * ((double) sigmas[t] - sigmas[from]) - slope() * moment(from, t, sigmas);
  }

  /// The weight of V_earlier in the latents at noise level t, `from < t <= to`.
  double earlierWeightAt(int t) {
    return t == to ? earlierWeight : slope() * moment(from, t, sigmas);
  }

  private double scale() {
    return (ownWeight + earlierWeight) / ((double) sigmas[to] - sigmas[from]);
  }

  private double slope() {
    return skipped() == 0 ? 0 : earlierWeight / moment(from, to, sigmas);
  }

  /// `sum of (s_t - s_{t+1}) (s_from - s_t)` over the steps from `from` to before `to`; 0 or more.
  private static double moment(int from, int to, float[] sigmas) {
    double sum = 0;
    for (int t = from; t < to; t++) {
      sum += ((double) sigmas[t] - sigmas[t + 1]) * ((double) sigmas[from] - sigmas[t]);
    }
    return sum;
  }
}
