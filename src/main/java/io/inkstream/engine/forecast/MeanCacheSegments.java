package io.inkstream.engine.forecast;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The segments of [ForecastPolicy.MeanCache]: published steps, and for each gap the published
/// number K of steps over which the mean velocity is taken (1: the velocity is reused).
///
/// At a skipped step i, with `i0 = i - K`: `v_i = v_{i-1} - (v_i0 - mean) (s_{i+1} - s_i) / (s_i -
/// s_i0)`, where mean is that of the velocities from i0 to before i, computed or not.
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record MeanCacheSegments(float[] sigmas, int[] planned, double[][] velocities) implements Segments {
  /// Of 50 steps, by their number: MeanCache's lists for Qwen-Image, arXiv 2601.19961.
  private static final Map<Integer, Plan> PLANS =
      Map.of(
          25, new Plan(17, List.of(24, 32, 40, 43, 45, 47, 48, 49), List.of(1, 1, 1, 5, 5, 5)),
          17, new Plan(9, List.of(10, 17, 24, 31, 38, 45, 48, 49), List.of(2, 1, 1, 1, 1, 1, 4)),
          10, new Plan(2, List.of(3, 7, 14, 21, 28, 35, 42, 49), List.of(2, 1, 1, 1, 1, 1, 1, 4)));

  /// @param first how many steps from 0 are computed one after the other
  /// @param then the computed steps behind them
  /// @param spans K of the gaps from the last of the first steps on
  private record Plan(int first, List<Integer> then, List<Integer> spans) {
    int[] steps() {
      var head = IntStream.range(0, first);
      return IntStream.concat(head, then.stream().mapToInt(step -> step)).toArray();
    }

    int span(int gap) {
      return spans.get(gap - first + 1);
    }
  }

  static int[] steps(int computed) {
    return plan(computed).steps();
  }

  static boolean has(int steps, int computed) {
    return steps == ForecastPolicy.MeanCache.STEPS && PLANS.containsKey(computed);
  }

  private static Plan plan(int computed) {
    Plan plan = PLANS.get(computed);
    if (plan == null) {
      throw new IllegalArgumentException(
          computed + " computed steps of MeanCache are not published");
    }
    return plan;
  }

  static MeanCacheSegments of(float[] sigmas, int computed) {
    Plan plan = plan(computed);
    int[] planned = plan.steps();
    return new MeanCacheSegments(sigmas, planned, velocities(sigmas, planned, plan));
  }

  // The velocity of each step, as weights of the computed ones, the earliest first.
  private static double[][] velocities(float[] sigmas, int[] planned, Plan plan) {
    double[][] velocities = new double[sigmas.length - 1][planned.length];
    int gap = -1;
    for (int i = 0; i < velocities.length; i++) {
      int next = Arrays.binarySearch(planned, i);
      if (next >= 0) {
        gap = next;
        velocities[i][gap] = 1;
      } else {
        extend(velocities, sigmas, i, Math.min(plan.span(gap), i));
      }
    }
    return velocities;
  }

  private static void extend(double[][] velocities, float[] sigmas, int i, int span) {
    double way = (double) sigmas[i] - sigmas[i - span];
    double step = ((double) sigmas[i + 1] - sigmas[i]) / way;
    for (int j = 0; j < velocities[i].length; j++) {
      double mean = 0;
      for (int q = i - span; q < i; q++) {
        mean += ((double) sigmas[q + 1] - sigmas[q]) / way * velocities[q][j];
      }
      velocities[i][j] = velocities[i - 1][j] - (velocities[i - span][j] - mean) * step;
    }
  }

  @Override
  public int remembered() {
    return IntStream.range(0, planned.length).map(this::remembered).max().orElse(1);
  }

  private int remembered(int index) {
    double[] last = velocities[Segments.next(planned, planned[index], velocities.length) - 1];
    int first = 0;
    while (last[first] == 0) {
      first++;
    }
    return index - first + 1;
  }

  @Override
  public Segment after(List<Computed> made) {
    int from = made.getFirst().step();
    int index = Arrays.binarySearch(planned, from);
    int to = Segments.next(planned, from, velocities.length);
    double[][] ofSteps = new double[to - from][];
    for (int t = from; t < to; t++) {
      ofSteps[t - from] = latestFirst(velocities[t], index, made.size());
    }
    return new Segment(from, to, new double[0], ofSteps);
  }

  private static double[] latestFirst(double[] weights, int index, int count) {
    double[] turned = new double[count];
    for (int j = 0; j < count; j++) {
      turned[j] = weights[index - j];
    }
    return turned;
  }

  /// The shares of 50 steps that are published, for people.
  static String published() {
    var numbers = PLANS.keySet().stream().sorted(Collections.reverseOrder()).toList();
    return numbers + " of " + ForecastPolicy.MeanCache.STEPS;
  }
}
