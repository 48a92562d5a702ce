package io.inkstream.engine.cache;

import java.util.Arrays;

/// The vector `b` that brings `matrix b` nearest to a target.
final class LeastSquares {
  private static final double RANK_CUTOFF = 1e-12;

  private LeastSquares() {}

  /// By orthogonalising the columns, twice each; a column that depends on those before gets 0.
  ///
  /// @param columns of the matrix; overwritten
  static Complex[] solve(Complex[][] columns, Complex[] target) {
    int n = columns.length;
    double largest = Arrays.stream(columns).mapToDouble(LeastSquares::norm).max().orElse(0);
    Complex[][] r = new Complex[n][n];
    boolean[] used = new boolean[n];
    for (int j = 0; j < n; j++) {
      Arrays.fill(r[j], Complex.ZERO);
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < j; i++) {
          if (used[i]) {
            r[i][j] = r[i][j].plus(project(columns[j], columns[i]));
          }
        }
      }
      double rest = norm(columns[j]);
      used[j] = rest > RANK_CUTOFF * largest;
      r[j][j] = Complex.of(rest);
      if (used[j]) {
        scale(columns[j], 1 / rest);
      }
    }
    return substitute(columns, r, used, target);
  }

  private static Complex[] substitute(
      Complex[][] q, Complex[][] r, boolean[] used, Complex[] target) {
    Complex[] b = new Complex[q.length];
    Arrays.fill(b, Complex.ZERO);
    for (int i = q.length - 1; i >= 0; i--) {
      if (used[i]) {
        Complex sum = inner(q[i], target);
        for (int j = i + 1; j < q.length; j++) {
          sum = sum.minus(r[i][j].times(b[j]));
        }
        b[i] = sum.over(r[i][i]);
      }
    }
    return b;
  }

  // Takes the part along the unit vector away, and returns its length.
  private static Complex project(Complex[] column, Complex[] unit) {
    Complex length = inner(unit, column);
    for (int k = 0; k < column.length; k++) {
      column[k] = column[k].minus(unit[k].times(length));
    }
    return length;
  }

  private static Complex inner(Complex[] a, Complex[] b) {
    Complex sum = Complex.ZERO;
    for (int i = 0; i < a.length; i++) {
      sum = sum.plus(a[i].conjugate().times(b[i]));
    }
    return sum;
  }

  private static double norm(Complex[] column) {
    return Math.sqrt(inner(column, column).re());
  }

  private static void scale(Complex[] column, double factor) {
    for (int i = 0; i < column.length; i++) {
      column[i] = column[i].times(factor);
    }
  }
}
