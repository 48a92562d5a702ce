package io.inkstream.engine.forecast;

/// A line through the last two computed velocities, damped by the span that it covers against the
/// way travelled since pure noise; and the correction of the gap before, once its end is known.
///
/// Steps: bb, b, a are computed, in this order, c is the next.
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record SpanLine(float[] sigmas) {
  private static final double STRENGTH = 0.8;
  private static final double[] NOTHING = {};

  /// `max(0, 1 - 0.8 (s_b - s_c) / (1 - s_a))`: how much of the slope is taken over the gap a to c.
  double damping(int b, int a, int c) {
    double span = (double) sigmas[b] - sigmas[c];
    return Math.max(0, 1 - STRENGTH * span / (1 - (double) sigmas[a]));
  }

  /// How much of `V_b - V_bb` the forecast of V_a has beside V_b: `d_b (s_b - s_a) / (s_bb - s_b)`.
  double slope(int bb, int b, int a) {
    double reach = (double) sigmas[b] - sigmas[a];
    return damping(bb, b, a) * reach / ((double) sigmas[bb] - sigmas[b]);
  }

  /// The gap b to a, gone again over the line from V_b to V_a, as weights of V_a, V_b and V_bb:
  /// `-rho (V_a - forecast of V_a)`, `rho = M(b,a) / (s_b - s_a)`. Nothing where there was no gap.
  ///
  /// @param bb or -1
  /// @param strength of it, 0 to 1
  double[] correction(int bb, int b, int a, double strength) {
    if (a == b + 1 || strength == 0) {
      return NOTHING;
    }
    double rho = strength * Segment.moment(b, a, sigmas) / ((double) sigmas[b] - sigmas[a]);
    double eta = bb < 0 ? 0 : slope(bb, b, a);
    return new double[] {-rho, rho * (1 + eta), -rho * eta};
  }

  /// The segment from a to c.
  Segment segment(int b, int a, int c, double[] correction) {
    double damping = c == a + 1 ? 0 : damping(b, a, c);
    return Segment.damped(b, a, c, damping, correction, sigmas);
  }
}
