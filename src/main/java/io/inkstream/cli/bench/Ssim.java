package io.inkstream.cli.bench;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// Structural similarity: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error
/// visibility to structural similarity", 2004, with the constants given there.
///
/// Means, variances and the covariance are weighted by a Gaussian window of 11x11 and a standard
/// deviation of 1.5; the result is the mean over the windows that lie within the picture.
final class Ssim {
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double K1 = 0.01;
  private static final double K2 = 0.03;
  private static final double[] WEIGHTS = weights();

  private Ssim() {}

  /// @param a one channel, row by row, of a picture of at least 11x11
  /// @param peak the largest value there can be
  static double of(double[] a, double[] b, int width, int height, double peak) {
    if (width < WINDOW || height < WINDOW) {
      throw new IllegalArgumentException(
          "picture size %dx%d: each side must be at least %d".formatted(width, height, WINDOW));
    }
    double[] meanA = blur(i -> a[i], width, height);
    double[] meanB = blur(i -> b[i], width, height);
    double[] squareA = blur(i -> a[i] * a[i], width, height);
    double[] squareB = blur(i -> b[i] * b[i], width, height);
    double[] product = blur(i -> a[i] * b[i], width, height);
    double c1 = K1 * peak * K1 * peak;
    double c2 = K2 * peak * K2 * peak;
    double sum = 0;
    for (int i = 0; i < product.length; i++) {
      double means = meanA[i] * meanB[i];
      double squares = meanA[i] * meanA[i] + meanB[i] * meanB[i];
      double covariance = product[i] - means;
      double variances = squareA[i] + squareB[i] - squares;
      sum += (2 * means + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
    }
    return sum / product.length;
  }

  // Rows, then columns; only where the whole window lies within.
  private static double[] blur(IntToDoubleFunction values, int width, int height) {
    int columns = width - WINDOW + 1;
    int rows = height - WINDOW + 1;
    double[] across = new double[columns * height];
    for (int i = 0; i < across.length; i++) {
      int from = i / columns * width + i % columns;
      for (int k = 0; k < WINDOW; k++) {
        across[i] += WEIGHTS[k] * values.applyAsDouble(from + k);
      }
    }
    double[] blurred = new double[columns * rows];
    for (int i = 0; i < blurred.length; i++) {
      for (int k = 0; k < WINDOW; k++) {
        blurred[i] += WEIGHTS[k] * across[i + k * columns];
      }
    }
    return blurred;
  }

  private static double[] weights() {
    double[] weights = new double[WINDOW];
    for (int i = 0; i < WINDOW; i++) {
      double distance = i - WINDOW / 2;
      weights[i] = Math.exp(-distance * distance / (2 * SIGMA * SIGMA));
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }
}
