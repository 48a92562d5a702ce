package io.inkstream.engine.image;

/// How much a sample at some distance counts, in output pixels where a picture shrinks, else in
/// input pixels.
enum ResampleFilter {
  /// A sinc, windowed by its own middle lobe over three lobes.
  LANCZOS(3) {
    @Override
    double at(double x) {
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }

    private static double sinc(double x) {
      double angle = x * Math.PI;
      return x == 0 ? 1 : Math.sin(angle) / angle;
    }
  },

  /// Keys' cubic with a = -1/2.
  BICUBIC(2) {
    private static final double A = -0.5;

    @Override
    double at(double x) {
      double t = Math.abs(x);
      if (t < 1) {
        return ((A + 2) * t - (A + 3)) * t * t + 1;
      }
      return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
    }
  };

  private final double support;

  ResampleFilter(double support) {
    this.support = support;
  }

  /// Beyond that distance nothing counts.
  double support() {
    return support;
  }

  abstract double at(double x);
}
