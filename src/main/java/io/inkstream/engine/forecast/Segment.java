package io.inkstream.engine.forecast;

/// From one computed step to the next: what the velocity is at each of its steps, and what is put
/// right at its beginning. Both are weights of the computed velocities, the latest first: V_from,
/// then those of the computed steps before it.
///
/// `x_t = x_from + (correction + sum over q from `from` to before t of (s_{q+1} - s_q) velocity_q)
/// V`
///
/// @param from the computed step, from 0
/// @param to the next computed step, or the number of steps
/// @param correction of the latents, at once; empty if there is none
/// @param velocity of each step from `from` to before `to`
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record Segment(int from, int to, double[] correction, double[][] velocity) {
  private static final double[] NOTHING = {};

  /// Holds the velocity.
  static Segment held(int from, int to) {
    return line(from, to, 0, NOTHING, new float[to + 1]);
  }

  /// Extends the line through the last two velocities, damped.
  ///
  /// @param earlier the computed step before
  /// @param damping 0: the velocity is held, 1: the whole slope
  static Segment damped(
      int earlier, int from, int to, double damping, double[] correction, float[] sigmas) {
    double slope = damping / ((double) sigmas[earlier] - sigmas[from]);
    return line(from, to, slope, correction, sigmas);
  }

  /// Ends where given weights lead: over the line that has the first two, the third as a correction
  /// against the second.
  ///
  /// @param weights of `x_to - x_from`, of up to three velocities
  static Segment fitted(int from, int to, double[] weights, float[] sigmas) {
    double length = (double) sigmas[to] - sigmas[from];
    if (to == from + 1) {
      return new Segment(from, to, NOTHING, new double[][] {scaled(weights, 1 / length)});
    }
    double last = weights.length > 2 ? weights[2] : 0;
    double before = weights.length > 1 ? weights[1] + last : 0;
    double scale = (weights[0] + before) / length;
    double slope = before / moment(from, to, sigmas) / scale;
    double[] correction = last == 0 ? NOTHING : new double[] {0, -last, last};
    Segment line = line(from, to, slope, correction, sigmas);
    for (double[] velocity : line.velocity) {
      velocity[0] *= scale;
      velocity[1] *= scale;
    }
    return line;
  }

  private static Segment line(int from, int to, double slope, double[] correction, float[] sigmas) {
    double[][] velocity = new double[to - from][];
    for (int t = from; t < to; t++) {
      double reach = slope * ((double) sigmas[from] - sigmas[t]);
      velocity[t - from] = new double[] {1 + reach, -reach};
    }
    return new Segment(from, to, correction, velocity);
  }

  /// Steps that are not computed.
  int skipped() {
    return to - from - 1;
  }

  /// The weights of the velocity at a step, `from <= t < to`.
  double[] velocityAt(int t) {
    return velocity[t - from];
  }

  /// The weights of `x_t - x_from`, `from <= t <= to`.
  double[] latentsAt(int t, float[] sigmas) {
    double[] sum = displacement(t, sigmas);
    for (int i = 0; i < correction.length; i++) {
      sum[i] += correction[i];
    }
    return sum;
  }

  /// The same without the correction.
  double[] displacement(int t, float[] sigmas) {
    double[] sum = new double[Math.max(correction.length, velocity[0].length)];
    for (int q = from; q < t; q++) {
      double length = (double) sigmas[q + 1] - sigmas[q];
      for (int i = 0; i < velocity[q - from].length; i++) {
        sum[i] += length * velocity[q - from][i];
      }
    }
    return sum;
  }

  /// `sum of (s_t - s_{t+1}) (s_from - s_t)` over the steps from `from` to before `to`: what a
  /// slope of one adds to the latents. 0 or more.
  static double moment(int from, int to, float[] sigmas) {
    double sum = 0;
    for (int t = from; t < to; t++) {
      sum += ((double) sigmas[t] - sigmas[t + 1]) * ((double) sigmas[from] - sigmas[t]);
    }
    return sum;
  }

  private static double[] scaled(double[] weights, double factor) {
    double[] scaled = weights.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }
}
