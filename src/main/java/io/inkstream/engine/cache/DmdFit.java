package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The linear map that carries each of a few vectors best to the next, and its powers.
///
/// With X all vectors but the newest, Y all but the oldest, and `X = U S V'` cut to the strongest
/// modes: the map within those modes is `A = U' Y V / S`, its eigenvectors W give the modes `P = Y
/// V / S W`, and the newest vector is `P b` as nearly as may be. With the eigenvalues `l`, the
/// vector `k` spacings later is `P (l^k b)`: a weighted sum of the columns of Y, so that only inner
/// products of the vectors and matrices as small as their number are needed. Squared singular
/// values lose what is under 1e-8 of the largest; modes that weak are noise in float32 vectors.
final class DmdFit {
  private static final double WEAKEST = 1e-4;

  private final double[] largest;
  private final Complex[][] modes;
  private final Complex[] values;
  private final Complex[] amplitudes;

  private DmdFit(double[] largest, Complex[][] modes, Complex[] values, Complex[] amplitudes) {
    this.largest = largest;
    this.modes = modes;
    this.values = values;
    this.amplitudes = amplitudes;
  }

  /// Fits to vectors at equal spacings, oldest first, at least 2.
  ///
  /// @param rank modes to keep, 0 for those above 1e-4 of the strongest
  /// @param ridge added to singular values before they divide
  /// @return empty if a vector is not finite or the eigenvalues are not found
  static Optional<DmdFit> of(List<Tensor> path, int rank, double ridge) {
    double[] largest = path.stream().skip(1).mapToDouble(DmdFit::maxAbs).toArray();
    return of(Gram.of(path), largest, rank, ridge);
  }

  private static Optional<DmdFit> of(double[][] gram, double[] largest, int rank, double ridge) {
    if (!Arrays.stream(gram).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      return Optional.empty();
    }
    int m = largest.length;
    var svd = SymmetricEigen.of(block(gram, m, 0, 0));
    double[] s = Arrays.stream(svd.values()).map(Math::sqrt).toArray();
    int r = rank > 0 ? Math.min(rank, m) : strongest(s);
    double[][] scaled = scaledModes(svd.vectors(), s, r, ridge);
    double[][] map = map(block(gram, m, 0, 1), svd.vectors(), s, scaled);
    return ComplexEigen.of(map)
        .map(eigen -> {
          Complex[][] modes = times(scaled, eigen.vectors());
          Complex[] b = amplitudes(block(gram, m, 1, 1), modes);
          return new DmdFit(largest, modes, eigen.values(), b);
        });
  }

  /// What each vector but the oldest counts in the extrapolated one.
  ///
  /// @param horizon in spacings after the newest, above 0; may be a fraction
  double[] weights(double horizon) {
    double[] weights = new double[modes.length];
    for (int i = 0; i < weights.length; i++) {
      for (int k = 0; k < values.length; k++) {
        weights[i] += modes[i][k].times(values[k].pow(horizon).times(amplitudes[k])).re();
      }
    }
    return weights;
  }

  /// Whether no element of the weighted sum can leave the range of a float.
  boolean staysFinite(double[] weights) {
    double bound = 0;
    for (int i = 0; i < weights.length; i++) {
      bound += Math.abs(weights[i]) * largest[i];
    }
    return bound <= Float.MAX_VALUE;
  }

  private static double[][] block(double[][] gram, int size, int row, int column) {
    return IntStream.range(row, row + size)
        .mapToObj(i -> Arrays.copyOfRange(gram[i], column, column + size))
        .toArray(double[][]::new);
  }

  private static int strongest(double[] s) {
    return (int) Math.max(1, Arrays.stream(s).filter(value -> value > s[0] * WEAKEST).count());
  }

  // V / S, by row of V.
  private static double[][] scaledModes(double[][] v, double[] s, int r, double ridge) {
    double[][] scaled = new double[v.length][r];
    for (int i = 0; i < v.length; i++) {
      for (int k = 0; k < r; k++) {
        scaled[i][k] = v[i][k] / Math.max(s[k] + ridge, Double.MIN_NORMAL);
      }
    }
    return scaled;
  }

  // U' Y V / S, where U' = V' X' / S; a mode of strength 0 has no direction.
  private static double[][] map(double[][] xy, double[][] v, double[] s, double[][] scaled) {
    int r = scaled[0].length;
    double[][] map = new double[r][r];
    for (int k = 0; k < r; k++) {
      for (int l = 0; l < r; l++) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
          for (int j = 0; j < v.length; j++) {
            sum += v[i][k] * xy[i][j] * scaled[j][l];
          }
        }
        map[k][l] = s[k] == 0 ? 0 : sum / s[k];
      }
    }
    return map;
  }

  private static Complex[][] times(double[][] a, Complex[][] b) {
    Complex[][] product = new Complex[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        Complex sum = Complex.ZERO;
        for (int j = 0; j < b.length; j++) {
          sum = sum.plus(b[j][k].times(a[i][j]));
        }
        product[i][k] = sum;
      }
    }
    return product;
  }

  // In coordinates whose inner products are those of Y's columns.
  private static Complex[] amplitudes(double[][] yy, Complex[][] modes) {
    var eigen = SymmetricEigen.of(yy);
    int m = yy.length;
    double[][] y = new double[m][m];
    for (int k = 0; k < m; k++) {
      for (int i = 0; i < m; i++) {
        y[k][i] = Math.sqrt(eigen.values()[k]) * eigen.vectors()[i][k];
      }
    }
    Complex[][] columns = new Complex[modes[0].length][m];
    for (int k = 0; k < m; k++) {
      for (int c = 0; c < columns.length; c++) {
        columns[c][k] = Complex.ZERO;
        for (int i = 0; i < m; i++) {
          columns[c][k] = columns[c][k].plus(modes[i][c].times(y[k][i]));
        }
      }
    }
    int newest = m - 1;
    var target = Arrays.stream(y).map(row -> Complex.of(row[newest])).toArray(Complex[]::new);
    return LeastSquares.solve(columns, target);
  }

  /// Largest `|vector|`; NaN if there is one.
  private static float maxAbs(Tensor vector) {
    FloatBuffer r = vector.buffer();
    float max = 0;
    for (int i = 0; i < r.limit(); i++) {
      max = Math.max(max, Math.abs(r.get(i)));
    }
    return max;
  }
}
