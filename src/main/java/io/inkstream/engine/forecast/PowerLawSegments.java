package io.inkstream.engine.forecast;

import java.util.List;

/// The segments of [ForecastPolicy.PowerLaw].
///
/// The damping is `min(1, 3 (1 - s_a)) min(1, (s_b - s_a) / (s_a - s_c))`: none of the slope where
/// all is noise, less of it the further it reaches beyond its base.
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record PowerLawSegments(float[] sigmas, int[] planned) implements Segments {
  private static final double STRENGTH = 3;

  PowerLawSegments(float[] sigmas, int computed) {
    this(sigmas, Spread.powerLaw(sigmas.length - 1, computed));
  }

  @Override
  public Segment after(List<Computed> made) {
    int from = made.getFirst().step();
    int to = Segments.next(planned, from, sigmas.length - 1);
    if (made.size() == 1) {
      return Segment.held(from, to);
    }
    int earlier = made.get(1).step();
    double base = (double) sigmas[earlier] - sigmas[from];
    double reach = (double) sigmas[from] - sigmas[to];
    double damping =
        Math.min(1, STRENGTH * (1 - (double) sigmas[from])) * Math.min(1, base / reach);
    return Segment.damped(earlier, from, to, damping, new double[0], sigmas);
  }
}
