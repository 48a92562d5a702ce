package io.inkstream.engine.forecast;

/// Computed steps that are dense early and sparse late: `round(N (j/K)^1.5)`, made strictly
/// increasing.
final class PowerLawMask {
  private static final double EXPONENT = 1.5;

  private PowerLawMask() {}

  /// @param steps N, 1 or more
  /// @param computed K, 1 to N
  static int[] of(int steps, int computed) {
    int[] mask = new int[computed];
    for (int j = 0; j < computed; j++) {
      int wanted = (int) (steps * Math.pow(j / (double) computed, EXPONENT) + 0.5);
      mask[j] = j == 0 ? 0 : Math.max(wanted, mask[j - 1] + 1);
    }
    for (int j = 0; j < computed; j++) {
      mask[j] = Math.min(mask[j], steps - computed + j);
    }
    return mask;
  }
}
