package io.inkstream.engine.forecast;

/// The two weights `k = (A + ridge diag A)^-1 y` of a correction: of V_a, and of V_b if there is
/// one.
///
/// @param own of V_a
/// @param earlier of V_b
record RidgeFit(double own, double earlier) {
  /// One unknown.
  static RidgeFit of(double aa, double ya, double ridge) {
    double diagonal = aa * (1 + ridge);
    return new RidgeFit(diagonal == 0 ? 0 : ya / diagonal, 0);
  }

  /// Two unknowns.
  static RidgeFit of(double aa, double ab, double bb, double ya, double yb, double ridge) {
    double first = aa * (1 + ridge);
    double second = bb * (1 + ridge);
    double determinant = first * second - ab * ab;
    if (!(determinant > 0)) {
      return of(aa, ya, ridge);
    }
    return new RidgeFit(
        (ya * second - yb * ab) / determinant, (yb * first - ya * ab) / determinant);
  }
}
