package io.inkstream.engine.forecast;

import java.util.List;

/// How far the velocities of a computed step are from their forecast by a [SpanLine], relative to
/// the latents: `|V_a - forecast of V_a| / |x_a|` of each picture.
///
/// @param ofEach picture; none before two steps are computed
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record Defect(double[] ofEach) {
  static final Defect NONE = new Defect(new double[0]);

  /// @param latents of each picture at the step
  /// @param now its velocities
  /// @param before those of the computed step before
  /// @param earliest those of the one before that; `before` if there is none
  /// @param slope how much of `before - earliest` the forecast has beside `before`
  static Defect of(
      List<float[]> latents,
      List<float[]> now,
      List<float[]> before,
      List<float[]> earliest,
      double slope) {
    double[] ofEach = new double[now.size()];
    for (int image = 0; image < ofEach.length; image++) {
      double missed = missed(now.get(image), before.get(image), earliest.get(image), slope);
      ofEach[image] = missed / Math.sqrt(Recording.dot(latents.get(image), latents.get(image)));
    }
    return new Defect(ofEach);
  }

  private static double missed(float[] a, float[] b, float[] bb, double slope) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double missed = a[i] - (b[i] + slope * ((double) b[i] - bb[i]));
      sum += missed * missed;
    }
    return Math.sqrt(sum);
  }

  /// Of the picture that is furthest off; not a number if one is not.
  double most() {
    double most = 0;
    for (double one : ofEach) {
      most = Math.max(most, one);
    }
    return most;
  }
}
