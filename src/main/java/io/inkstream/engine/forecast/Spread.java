package io.inkstream.engine.forecast;

import java.util.function.DoubleUnaryOperator;

/// Computed steps as a law spreads them: from a share of the way to a step, made strictly
/// increasing and left within the steps.
final class Spread {
  private static final double EXPONENT = 1.5;

  private Spread() {}

  /// Dense early and sparse late: `N (j/K)^1.5`.
  ///
  /// @param steps N, 1 or more
  /// @param computed K, 1 to N
  static int[] powerLaw(int steps, int computed) {
    return spread(steps, computed, j -> steps * Math.pow(j / computed, EXPONENT));
  }

  /// Dense at both ends, with the first and the last step: `(N-1) (1.2 x^1.65 - 0.2 x^8)`, `x =
  /// j/(K-1)`.
  ///
  /// @param steps N, 1 or more
  /// @param computed K, 1 to N
  static int[] bothEnds(int steps, int computed) {
    double last = Math.max(1, computed - 1);
    return spread(
        steps,
        computed,
        j -> (steps - 1) * (1.2 * Math.pow(j / last, 1.65) - 0.2 * Math.pow(j / last, 8)));
  }

  private static int[] spread(int steps, int computed, DoubleUnaryOperator law) {
    int[] mask = new int[computed];
    for (int j = 0; j < computed; j++) {
      int wanted = (int) Math.floor(law.applyAsDouble(j) + 0.5);
      mask[j] = j == 0 ? 0 : Math.max(wanted, mask[j - 1] + 1);
    }
    for (int j = 0; j < computed; j++) {
      mask[j] = Math.min(mask[j], steps - computed + j);
    }
    return mask;
  }
}
