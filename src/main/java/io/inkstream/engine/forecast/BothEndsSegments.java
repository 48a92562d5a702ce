package io.inkstream.engine.forecast;

import java.util.List;

/// The segments of [ForecastPolicy.BothEnds].
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record BothEndsSegments(float[] sigmas, int[] planned) implements Segments {
  /// With fewer steps they are too big for what was crossed to be gone again.
  static final int FEWEST_CORRECTED = 40;

  BothEndsSegments(float[] sigmas, int computed) {
    this(sigmas, Spread.bothEnds(sigmas.length - 1, computed));
  }

  @Override
  public Segment after(List<Computed> made) {
    int a = made.getFirst().step();
    int steps = sigmas.length - 1;
    int c = Segments.next(planned, a, steps);
    if (made.size() == 1) {
      return Segment.held(a, c);
    }
    int b = made.get(1).step();
    int bb = made.size() == 2 ? -1 : made.get(2).step();
    var line = new SpanLine(sigmas);
    double strength = steps < FEWEST_CORRECTED ? 0 : 1;
    return line.segment(b, a, c, line.correction(bb, b, a, strength));
  }
}
