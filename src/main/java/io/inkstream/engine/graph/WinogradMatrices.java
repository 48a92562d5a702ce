package io.inkstream.engine.graph;

/// The matrices of Winograd's F(4, 3): `Aᵀ ((G kernel) · (Bᵀ tile))` is the convolution of a tile
/// of 6 numbers with a kernel of 3, at 4 places.
///
/// Polynomials of the kernel and of the result are known by their values at 0, ±√½, ±√2 and
/// infinity. With the customary 0, ±1, ±2 and infinity, errors are twice as large: the powers of
/// these points stay nearer to one another.
final class WinogradMatrices {
  /// Pixels along an edge of a tile's result.
  static final int SIDE = 4;

  /// Pixels along an edge of a tile.
  static final int TILE = 6;

  private static final int KERNEL = 3;
  private static final double SMALL = Math.sqrt(0.5);
  private static final double LARGE = Math.sqrt(2);
  private static final double[] POINTS = {0, SMALL, -SMALL, LARGE, -LARGE};

  // Lagrange's polynomials of the points, by rows: M(x) / (x - p) / M'(p) of each, and for infinity
  // M(x) = x (x² - ½) (x² - 2).
  private static final double[][] LAGRANGE = {
    {1, 0, -2.5, 0, 1, 0},
    {0, 4 * SMALL / 3, 4. / 3, -2 * SMALL / 3, -2. / 3, 0},
    {0, -4 * SMALL / 3, 4. / 3, 2 * SMALL / 3, -2. / 3, 0},
    {0, -LARGE / 12, -1. / 12, LARGE / 6, 1. / 6, 0},
    {0, LARGE / 12, -1. / 12, -LARGE / 6, 1. / 6, 0},
    {0, 1, 0, -2.5, 0, 1}
  };

  private WinogradMatrices() {}

  /// `G ⊗ G`, `[36, 9]`: a kernel of 3 x 3 to its 36 numbers.
  static double[][] kernel() {
    return squared(powers(KERNEL));
  }

  /// `Bᵀ`, `[6, 6]`: a row or a column of a tile to its numbers.
  static float[] tile() {
    return flat(LAGRANGE);
  }

  /// `Aᵀ ⊗ Aᵀ`, `[16, 36]`: products to 4 x 4 pixels.
  static float[] pixels() {
    return flat(squared(exchanged(powers(SIDE))));
  }

  /// Powers of each point from 0 below `count`; of infinity the last one alone.
  private static double[][] powers(int count) {
    double[][] rows = new double[TILE][count];
    for (int point = 0; point < POINTS.length; point++) {
      for (int power = 0; power < count; power++) {
        rows[point][power] = Math.pow(POINTS[point], power);
      }
    }
    rows[TILE - 1][count - 1] = 1;
    return rows;
  }

  /// The matrix's product with itself, Kronecker's.
  private static double[][] squared(double[][] m) {
    int high = m.length;
    int wide = m[0].length;
    double[][] all = new double[high * high][wide * wide];
    for (int row = 0; row < all.length; row++) {
      for (int column = 0; column < all[row].length; column++) {
        all[row][column] = m[row / high][column / wide] * m[row % high][column % wide];
      }
    }
    return all;
  }

  private static double[][] exchanged(double[][] m) {
    double[][] all = new double[m[0].length][m.length];
    for (int row = 0; row < m.length; row++) {
      for (int column = 0; column < m[row].length; column++) {
        all[column][row] = m[row][column];
      }
    }
    return all;
  }

  private static float[] flat(double[][] m) {
    float[] all = new float[m.length * m[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) m[i / m[0].length][i % m[0].length];
    }
    return all;
  }
}
