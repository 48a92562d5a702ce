package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/// Inner products of a few long vectors, in double, in one pass over them.
final class Gram {
  private static final int BLOCK = 1024;

  private Gram() {}

  /// The symmetric matrix of all products of two.
  static double[][] of(List<Tensor> vectors) {
    int n = vectors.size();
    double[][] gram = new double[n][n];
    float[][] block = new float[n][BLOCK];
    List<FloatBuffer> buffers = vectors.stream().map(Tensor::buffer).toList();
    int elements = buffers.getFirst().limit();
    for (int at = 0; at < elements; at += BLOCK) {
      int length = Math.min(BLOCK, elements - at);
      for (int i = 0; i < n; i++) {
        buffers.get(i).get(at, block[i], 0, length);
        for (int j = 0; j <= i; j++) {
          gram[i][j] += dot(block[i], block[j], length);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        gram[j][i] = gram[i][j];
      }
    }
    return gram;
  }

  // Two sums hide the latency of an addition.
  private static double dot(float[] a, float[] b, int length) {
    double even = 0;
    double odd = 0;
    for (int i = 0; i < length - 1; i += 2) {
      even += (double) a[i] * b[i];
      odd += (double) a[i + 1] * b[i + 1];
    }
    return length % 2 == 0 ? even + odd : even + odd + (double) a[length - 1] * b[length - 1];
  }
}
