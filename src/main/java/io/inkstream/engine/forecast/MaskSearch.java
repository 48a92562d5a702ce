package io.inkstream.engine.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The computed steps with the least sum of segment errors, by dynamic programming: a state is the
/// last two computed steps.
public final class MaskSearch {
  private final int steps;
  private final int widest;
  private final double[][][] errors;

  private MaskSearch(SegmentError error, int steps, int computed) {
    this.steps = steps;
    this.widest = Math.max(Math.max(3, steps / 6), Math.ceilDiv(steps, computed));
    this.errors = new double[steps + 1][steps][];
    for (int a = 0; a < steps; a++) {
      for (int b = a == 0 ? -1 : Math.max(0, a - widest - 1); b < Math.max(0, a); b++) {
        errors[b + 1][a] = errorsAfter(error, b, a);
      }
    }
  }

  /// The mask of so many computed steps.
  ///
  /// @param sigmas noise levels of the recordings
  public static List<Integer> of(List<Recording> recordings, float[] sigmas, int computed) {
    int steps = sigmas.length - 1;
    return new MaskSearch(new SegmentError(recordings, sigmas), steps, computed).search(computed);
  }

  private double[] errorsAfter(SegmentError error, int b, int a) {
    double[] after = new double[Math.min(steps, a + widest + 1) - a];
    for (int gap = 0; gap < after.length; gap++) {
      after[gap] = error.of(b, a, a + gap + 1);
    }
    return after;
  }

  /// One for each number of steps computed so far, by the last two of them.
  private record Layer(double[][] least, int[][] before) {
    static Layer empty(int steps) {
      double[][] least = new double[steps + 1][steps];
      for (double[] row : least) {
        Arrays.fill(row, Double.POSITIVE_INFINITY);
      }
      return new Layer(least, new int[steps + 1][steps]);
    }
  }

  private List<Integer> search(int computed) {
    List<Layer> layers = new ArrayList<>(List.of(Layer.empty(steps)));
    layers.getFirst().least()[0][0] = 0;
    while (layers.size() < computed) {
      layers.add(next(layers.getLast()));
    }
    return walkBack(layers, computed);
  }

  private Layer next(Layer layer) {
    Layer next = Layer.empty(steps);
    for (int b = -1; b < steps; b++) {
      for (int a = b + 1; a < steps; a++) {
        double so = layer.least()[b + 1][a];
        for (int c = a + 1;
            so < Double.POSITIVE_INFINITY && c < Math.min(steps, a + widest + 2);
            c++) {
          double sum = so + errors[b + 1][a][c - a - 1];
          if (sum < next.least()[a + 1][c]) {
            next.least()[a + 1][c] = sum;
            next.before()[a + 1][c] = b;
          }
        }
      }
    }
    return next;
  }

  private List<Integer> walkBack(List<Layer> layers, int computed) {
    int bestB = -1;
    int bestA = 0;
    double best = Double.POSITIVE_INFINITY;
    Layer last = layers.getLast();
    for (int b = -1; b < steps; b++) {
      for (int a = Math.max(b + 1, steps - widest - 1); a < steps; a++) {
        if (last.least()[b + 1][a] == Double.POSITIVE_INFINITY) {
          continue;
        }
        double sum = last.least()[b + 1][a] + errors[b + 1][a][steps - a - 1];
        if (sum < best) {
          best = sum;
          bestB = b;
          bestA = a;
        }
      }
    }
    List<Integer> mask = new ArrayList<>();
    for (int layer = computed - 1; layer >= 0; layer--) {
      mask.addFirst(bestA);
      int before = layers.get(layer).before()[bestB + 1][bestA];
      bestA = bestB;
      bestB = before;
    }
    return mask;
  }
}
