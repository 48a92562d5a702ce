package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.nio.FloatBuffer;

/// One pass each over tensors of one shape. Elements are float32 at every stage, as in the
/// reference; sums are in double.
final class Residuals {
  private Residuals() {}

  /// `out = after - before`.
  static void difference(Tensor out, Tensor after, Tensor before) {
    FloatBuffer o = out.buffer();
    FloatBuffer a = after.buffer();
    FloatBuffer b = before.buffer();
    for (int i = 0; i < o.limit(); i++) {
      o.put(i, a.get(i) - b.get(i));
    }
  }

  /// `x = residual + x`.
  static void add(Tensor x, Tensor residual) {
    FloatBuffer v = x.buffer();
    FloatBuffer r = residual.buffer();
    for (int i = 0; i < v.limit(); i++) {
      v.put(i, r.get(i) + v.get(i));
    }
  }

  /// Sum of `|residual|`.
  static double sumAbs(Tensor residual) {
    FloatBuffer r = residual.buffer();
    double sum = 0;
    for (int i = 0; i < r.limit(); i++) {
      sum += Math.abs(r.get(i));
    }
    return sum;
  }

  /// Sum of `|previous - (after - before)|`.
  static double sumAbsChange(Tensor previous, Tensor after, Tensor before) {
    FloatBuffer p = previous.buffer();
    FloatBuffer a = after.buffer();
    FloatBuffer b = before.buffer();
    double sum = 0;
    for (int i = 0; i < p.limit(); i++) {
      sum += Math.abs(p.get(i) - (a.get(i) - b.get(i)));
    }
    return sum;
  }

  /// Largest `|residual|`; NaN if there is one.
  static float maxAbs(Tensor residual) {
    FloatBuffer r = residual.buffer();
    float max = 0;
    for (int i = 0; i < r.limit(); i++) {
      max = Math.max(max, Math.abs(r.get(i)));
    }
    return max;
  }
}
