package io.inkstream.engine.forecast;

/// The segments of [ForecastPolicy.PowerLaw].
///
/// The damping is `min(1, 3 (1 - s_a)) min(1, (s_b - s_a) / (s_a - s_c))`: none of the slope where
/// all is noise, less of it the further it reaches beyond its base.
record PowerLawSegments(float[] sigmas, int[] mask) implements Segments {
  private static final double STRENGTH = 3;

  PowerLawSegments(float[] sigmas, int computed) {
    this(sigmas, PowerLawMask.of(sigmas.length - 1, computed));
  }

  @Override
  public Segment first() {
    return Segment.held(0, next(0), sigmas);
  }

  @Override
  public Segment after(Computed earlier, Computed now) {
    return between(earlier.step(), now.step());
  }

  Segment between(int earlier, int from) {
    int to = next(from);
    double base = (double) sigmas[earlier] - sigmas[from];
    double reach = (double) sigmas[from] - sigmas[to];
    double damping =
        Math.min(1, STRENGTH * (1 - (double) sigmas[from])) * Math.min(1, base / reach);
    return Segment.damped(earlier, from, to, damping, sigmas);
  }

  private int next(int step) {
    for (int computed : mask) {
      if (computed > step) {
        return computed;
      }
    }
    return sigmas.length - 1;
  }
}
