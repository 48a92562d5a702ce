package io.inkstream.engine.forecast;

import java.util.stream.IntStream;

/// The segments of [ForecastPolicy.Adaptive]: the first three steps and the last are computed;
/// after any other computed step the velocity is extended until the predicted error exceeds the
/// tolerance. What happens is decided before the skipped steps, from all pictures together.
record AdaptiveSegments(float[] sigmas, double tolerance) implements Segments {
  private static final int FIRST_COMPUTED = 3;

  static IntStream certainSteps(int steps) {
    return IntStream.range(0, steps).filter(step -> step < FIRST_COMPUTED || step == steps - 1);
  }

  @Override
  public Segment first() {
    return Segment.held(0, 1, sigmas);
  }

  @Override
  public Segment after(Computed earlier, Computed now) {
    int from = now.step();
    int to = from < FIRST_COMPUTED - 1 ? from + 1 : end(earlier, now);
    return Segment.damped(earlier.step(), from, to, damping(from), sigmas);
  }

  private int end(Computed earlier, Computed now) {
    int from = now.step();
    double base = (double) sigmas[earlier.step()] - sigmas[from];
    double change = Rate.of(now.velocities(), earlier.velocities(), now.latents(), base);
    double rate = change * (1 - damping(from) / 2);
    int last = sigmas.length - 2;
    int to = from + 1;
    double error = 0;
    while (to < last && to - from <= mostSkipped()) {
      error += ((double) sigmas[to] - sigmas[to + 1]) * ((double) sigmas[from] - sigmas[to]) * rate;
      if (!(error * Gain.at(sigmas[to]) <= tolerance)) { // a rate that is no number computes too
        break;
      }
      to++;
    }
    return to;
  }

  /// 4 of 20 steps, 8 of 50.
  private int mostSkipped() {
    return Math.max(1, (int) Math.round(4 + (sigmas.length - 21) * (4 / 30.0)));
  }

  private double damping(int step) {
    return Math.min(1, 1.05 - 0.9 * sigmas[step]);
  }
}
