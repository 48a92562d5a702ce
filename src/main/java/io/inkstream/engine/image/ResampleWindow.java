package io.inkstream.engine.image;

/// What one output sample is made of: input samples from `first` on, with weights of sum 1.
///
/// @param weights of samples that follow one another
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record ResampleWindow(int first, double[] weights) {
  /// The windows of one axis, as Pillow's `precompute_coeffs` and ATen's
  /// `_compute_index_ranges_weights` agree on them.
  static ResampleWindow[] of(int in, int out, ResampleFilter filter) {
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1);
    var windows = new ResampleWindow[out];
    for (int i = 0; i < out; i++) {
      windows[i] = of((i + 0.5) * scale, in, stretch, filter);
    }
    return windows;
  }

  private static ResampleWindow of(double center, int in, double stretch, ResampleFilter filter) {
    double support = filter.support() * stretch;
    int first = Math.max((int) (center - support + 0.5), 0);
    int end = Math.min((int) (center + support + 0.5), in);
    double[] weights = new double[end - first];
    double inverse = 1 / stretch;
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      weights[j] = filter.at((j + first - center + 0.5) * inverse);
      sum += weights[j];
    }
    for (int j = 0; j < weights.length; j++) {
      weights[j] /= sum;
    }
    return new ResampleWindow(first, weights);
  }

  /// The weights in units of `2^-bits`, ties away from zero.
  int[] integers(int bits) {
    int[] integers = new int[weights.length];
    for (int j = 0; j < integers.length; j++) {
      double scaled = weights[j] * (1 << bits);
      integers[j] = (int) (scaled + (scaled < 0 ? -0.5 : 0.5));
    }
    return integers;
  }
}
