package io.inkstream.engine.forecast;

import java.util.List;
import java.util.stream.IntStream;

/// The segments of [ForecastPolicy.Guarded]: those of [BothEndsSegments], but a gap ends where the
/// error that is expected of it exceeds the tolerance, as the last forecast's defect tells; of a
/// batch the largest. The correction is damped as the line was that it corrects.
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record GuardedSegments(float[] sigmas, int[] planned, double tolerance) implements Segments {
  private static final int WITHOUT_GAP = 2;

  GuardedSegments(float[] sigmas, int computed, double tolerance) {
    this(sigmas, Spread.bothEnds(sigmas.length - 1, computed), tolerance);
  }

  /// Steps that are computed whatever comes.
  static IntStream certainSteps(int steps, int computed) {
    var ends = IntStream.of(0, 1, 2, steps - 1).filter(step -> step < steps);
    return IntStream.concat(ends, IntStream.of(Spread.bothEnds(steps, computed)))
        .sorted()
        .distinct();
  }

  @Override
  public Segment after(List<Computed> made) {
    int a = made.getFirst().step();
    if (made.size() == 1) {
      return Segment.held(a, a + 1);
    }
    int b = made.get(1).step();
    int bb = made.size() == 2 ? -1 : made.get(2).step();
    int c = made.size() <= WITHOUT_GAP ? a + 1 : end(b, a, made.getFirst().defect());
    var line = new SpanLine(sigmas);
    boolean corrects = bb >= 0 && sigmas.length > BothEndsSegments.FEWEST_CORRECTED;
    double strength = corrects ? line.damping(bb, b, a) : 0;
    return line.segment(b, a, c, line.correction(bb, b, a, strength));
  }

  private int end(int b, int a, Defect defect) {
    int last = sigmas.length - 2;
    int c = Segments.next(planned, a, last + 1);
    if (a < last) {
      c = Math.min(c, last);
    }
    double rate = defect.most() / ((double) sigmas[b] - sigmas[a]);
    while (c > a + 1 && !(error(a, c, rate) <= tolerance)) { // a rate that is no number computes
      c--;
    }
    return c;
  }

  private double error(int a, int c, double rate) {
    float end = sigmas[Math.min(c, sigmas.length - 2)];
    return Gain.CAUTIOUS.at(end) * rate * Segment.moment(a, c, sigmas);
  }
}
