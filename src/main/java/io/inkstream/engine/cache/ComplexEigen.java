package io.inkstream.engine.cache;

import java.util.Arrays;
import java.util.Optional;

/// The eigenvalues of a small square matrix, and for each an eigenvector of length 1.
///
/// By the QR algorithm with shifts to a triangular matrix (Golub and Van Loan, Matrix Computations,
/// 7.5), on complex numbers throughout.
final class ComplexEigen {
  private static final int STEPS_PER_VALUE = 60;
  private static final double EPSILON = Math.ulp(1.0);

  private final Complex[] values;
  private final Complex[][] vectors;

  private ComplexEigen(Complex[] values, Complex[][] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  Complex[] values() {
    return values;
  }

  /// By row of the matrix, a column for each value.
  Complex[][] vectors() {
    return vectors;
  }

  /// Empty if the iteration does not converge.
  static Optional<ComplexEigen> of(double[][] matrix) {
    Complex[][] t = new Complex[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      t[i] = Arrays.stream(matrix[i]).mapToObj(Complex::of).toArray(Complex[]::new);
    }
    Complex[][] z = identity(matrix.length);
    toHessenberg(t, z);
    return toTriangle(t, z) ? Optional.of(vectorsOf(t, z)) : Optional.empty();
  }

  private static Complex[][] identity(int n) {
    Complex[][] z = new Complex[n][n];
    for (int i = 0; i < n; i++) {
      Arrays.fill(z[i], Complex.ZERO);
      z[i][i] = Complex.ONE;
    }
    return z;
  }

  private static void toHessenberg(Complex[][] t, Complex[][] z) {
    for (int column = 0; column < t.length - 2; column++) {
      for (int row = t.length - 1; row > column + 1; row--) {
        var rotation = Rotation.zeroing(t[row - 1][column], t[row][column]);
        similar(t, z, rotation, row - 1);
      }
    }
  }

  private static void similar(Complex[][] t, Complex[][] z, Rotation rotation, int row) {
    rotation.rows(t, row, 0);
    rotation.columns(t, row, t.length);
    rotation.columns(z, row, z.length);
  }

  private static boolean toTriangle(Complex[][] t, Complex[][] z) {
    int high = t.length - 1;
    int steps = 0;
    while (high > 0) {
      int low = high;
      while (low > 0 && !isNegligible(t, low)) {
        low--;
      }
      if (low > 0) {
        t[low][low - 1] = Complex.ZERO;
      }
      if (low == high) {
        high--;
        steps = 0;
      } else if (++steps > STEPS_PER_VALUE) {
        return false;
      } else {
        qrStep(t, z, low, high, steps % 10 == 0 ? t[high][high - 1] : shift(t, high));
      }
    }
    return true;
  }

  // False for NaN: such a matrix never converges.
  private static boolean isNegligible(Complex[][] t, int i) {
    return t[i][i - 1].abs() <= EPSILON * (t[i - 1][i - 1].abs() + t[i][i].abs());
  }

  // The eigenvalue of the last 2 x 2 that is nearer to its last entry.
  private static Complex shift(Complex[][] t, int high) {
    Complex a = t[high - 1][high - 1];
    Complex d = t[high][high];
    Complex half = a.minus(d).times(0.5);
    Complex bc = t[high - 1][high].times(t[high][high - 1]);
    Complex root = half.times(half).plus(bc).sqrt();
    Complex plus = half.plus(root);
    Complex minus = half.minus(root);
    return d.plus(plus.abs() < minus.abs() ? plus : minus);
  }

  private static void qrStep(Complex[][] t, Complex[][] z, int low, int high, Complex shift) {
    for (int i = low; i <= high; i++) {
      t[i][i] = t[i][i].minus(shift);
    }
    Rotation[] rotations = new Rotation[high];
    for (int i = low; i < high; i++) {
      rotations[i] = Rotation.zeroing(t[i][i], t[i + 1][i]);
      rotations[i].rows(t, i, i);
    }
    for (int i = low; i < high; i++) {
      rotations[i].columns(t, i, Math.min(i + 2, high + 1));
      rotations[i].columns(z, i, z.length);
    }
    for (int i = low; i <= high; i++) {
      t[i][i] = t[i][i].plus(shift);
    }
  }

  private static ComplexEigen vectorsOf(Complex[][] t, Complex[][] z) {
    int n = t.length;
    Complex[] values = new Complex[n];
    Complex[][] vectors = new Complex[n][n];
    for (int column = 0; column < n; column++) {
      values[column] = t[column][column];
      Complex[] solution = backSubstitute(t, column);
      for (int row = 0; row < n; row++) {
        vectors[row][column] = dot(z[row], solution);
      }
      normalise(vectors, column);
    }
    return new ComplexEigen(values, vectors);
  }

  // Equal eigenvalues are taken for slightly different ones, as LAPACK does.
  private static Complex[] backSubstitute(Complex[][] t, int column) {
    Complex[] x = new Complex[t.length];
    Arrays.fill(x, Complex.ZERO);
    x[column] = Complex.ONE;
    double least = Math.max(EPSILON * norm(t), Double.MIN_NORMAL);
    for (int row = column - 1; row >= 0; row--) {
      Complex gap = t[column][column].minus(t[row][row]);
      x[row] = dot(t[row], x).over(gap.abs() < least ? Complex.of(least) : gap);
    }
    return x;
  }

  private static double norm(Complex[][] t) {
    return Arrays.stream(t).flatMap(Arrays::stream).mapToDouble(Complex::abs).max().orElse(0);
  }

  private static Complex dot(Complex[] a, Complex[] b) {
    Complex sum = Complex.ZERO;
    for (int i = 0; i < a.length; i++) {
      sum = sum.plus(a[i].times(b[i]));
    }
    return sum;
  }

  private static void normalise(Complex[][] vectors, int column) {
    double norm = 0;
    for (Complex[] row : vectors) {
      norm = Math.hypot(norm, row[column].abs());
    }
    for (Complex[] row : vectors) {
      row[column] = row[column].times(1 / norm);
    }
  }

  /// A unitary map of two rows, or of two columns by its adjoint.
  private record Rotation(double c, Complex s) {
    /// Carries `(x, y)` to `(r, 0)`.
    static Rotation zeroing(Complex x, Complex y) {
      double norm = Math.hypot(x.abs(), y.abs());
      if (norm == 0 || y.abs() == 0) {
        return new Rotation(1, Complex.ZERO);
      }
      if (x.abs() == 0) {
        return new Rotation(0, y.conjugate().times(1 / y.abs()));
      }
      Complex phase = x.times(1 / x.abs());
      return new Rotation(x.abs() / norm, phase.times(y.conjugate()).times(1 / norm));
    }

    void rows(Complex[][] t, int row, int fromColumn) {
      for (int j = fromColumn; j < t.length; j++) {
        Complex x = t[row][j];
        Complex y = t[row + 1][j];
        t[row][j] = x.times(c).plus(s.times(y));
        t[row + 1][j] = y.times(c).minus(s.conjugate().times(x));
      }
    }

    void columns(Complex[][] t, int column, int rows) {
      for (int i = 0; i < rows; i++) {
        Complex x = t[i][column];
        Complex y = t[i][column + 1];
        t[i][column] = x.times(c).plus(y.times(s.conjugate()));
        t[i][column + 1] = y.times(c).minus(x.times(s));
      }
    }
  }
}
