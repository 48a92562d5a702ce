package io.inkstream.engine.forecast;

/// The weights `k = (A + ridge diag A)^-1 y` of a correction: of V_a and the velocities before it.
final class RidgeFit {
  private final double[][] known;
  private final double[] wanted;

  /// @param unknowns 1 or more
  RidgeFit(int unknowns) {
    known = new double[unknowns][unknowns];
    wanted = new double[unknowns];
  }

  /// Adds to `A_jk`.
  void knows(int j, int k, double product) {
    known[j][k] += product;
  }

  /// Adds to `y_j`.
  void wants(int j, double product) {
    wanted[j] += product;
  }

  /// By elimination without pivots, as A is positive; what the others already say has no weight.
  double[] solve(double ridge) {
    int n = wanted.length;
    double[][] a = new double[n][n];
    double[] y = wanted.clone();
    for (int j = 0; j < n; j++) {
      a[j] = known[j].clone();
      a[j][j] *= 1 + ridge;
    }
    for (int j = 0; j < n; j++) {
      for (int i = j + 1; i < n && a[j][j] > 0; i++) {
        double share = a[i][j] / a[j][j];
        y[i] -= share * y[j];
        for (int k = j; k < n; k++) {
          a[i][k] -= share * a[j][k];
        }
      }
    }
    return substituted(a, y);
  }

  private static double[] substituted(double[][] a, double[] y) {
    double[] weights = new double[y.length];
    for (int j = y.length - 1; j >= 0; j--) {
      double rest = y[j];
      for (int k = j + 1; k < y.length; k++) {
        rest -= a[j][k] * weights[k];
      }
      weights[j] = a[j][j] > 0 ? rest / a[j][j] : 0;
    }
    return weights;
  }
}
