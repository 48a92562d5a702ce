package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/// A residual and its derivatives on the host, worked on a block at a time: loops over arrays alone
/// run in vector registers.
final class TaylorTerms {
  private static final int BLOCK = 1024;

  private final List<FloatBuffer> orders;
  private final float[] block = new float[BLOCK];
  private final float[] read = new float[BLOCK];

  TaylorTerms(List<Tensor> terms) {
    this.orders = terms.stream().map(Tensor::buffer).toList();
  }

  /// Term 0 becomes the residual, term i + 1 the change of term i; old terms are read as they go.
  void derive(Tensor before, Tensor after, float window) {
    FloatBuffer a = after.buffer();
    FloatBuffer b = before.buffer();
    for (int at = 0; at < a.limit(); at += BLOCK) {
      int length = Math.min(BLOCK, a.limit() - at);
      for (int i = 0; i < length; i++) {
        block[i] = a.get(at + i) - b.get(at + i);
      }
      for (int order = 0; order < orders.size() - 1; order++) {
        derive(orders.get(order), at, length, window);
      }
      orders.getLast().put(at, block, 0, length);
    }
  }

  private void derive(FloatBuffer term, int at, int length, float window) {
    for (int i = 0; i < length; i++) {
      float now = block[i];
      block[i] = (now - term.get(at + i)) / window;
      term.put(at + i, now);
    }
  }

  void addTo(Tensor picture, int elapsed) {
    FloatBuffer x = picture.buffer();
    for (int at = 0; at < x.limit(); at += BLOCK) {
      int length = Math.min(BLOCK, x.limit() - at);
      orders.getFirst().get(at, block, 0, length);
      addDerivatives(at, length, elapsed);
      x.get(at, read, 0, length);
      add(block, read, length);
      x.put(at, block, 0, length);
    }
  }

  // The reference multiplies by 1/i! and then by elapsed^i, each rounded to float32.
  private void addDerivatives(int at, int length, int elapsed) {
    double factorial = 1;
    for (int order = 1; order < orders.size(); order++) {
      factorial *= order;
      float inverse = (float) (1 / factorial);
      float power = (float) Math.pow(elapsed, order);
      orders.get(order).get(at, read, 0, length);
      addScaled(block, read, length, inverse, power);
    }
  }

  private static void add(float[] sum, float[] by, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += by[i];
    }
  }

  private static void addScaled(float[] sum, float[] by, int length, float first, float second) {
    for (int i = 0; i < length; i++) {
      sum[i] += first * by[i] * second;
    }
  }
}
