package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.TensorEntry;

/// A kernel of 3 x 3 as [Winograd] multiplies with it: `G · kernel · Gᵀ`, `[36, in, out]`, four
/// times as large.
public final class WinogradKernel {
  /// How much more numbers it has.
  public static final int TIMES = 4;

  private static final int ALL = WinogradMatrices.TILE * WinogradMatrices.TILE;
  private static final int TAPS = 9;
  private static final double[][] MATRIX = WinogradMatrices.kernel();

  private WinogradKernel() {}

  /// Its extents.
  ///
  /// @param kernel `[out, in, 3, 3]` or `[out, in, time, 3, 3]`
  static Shape shape(TensorEntry kernel) {
    return new Shape(ALL, kernel.shape().dim(1), kernel.shape().dim(0));
  }

  /// The 36 numbers of each input of one output, `[36, in]`.
  ///
  /// @param taps of one output: `[in, 3, 3]` or `[in, time, 3, 3]`, of which the last in time count
  public static float[] of(float[] taps, int in) {
    float[] all = new float[ALL * in];
    for (int input = 0; input < in; input++) {
      int last = (input + 1) * taps.length / in - TAPS;
      for (int number = 0; number < ALL; number++) {
        double sum = 0;
        for (int tap = 0; tap < TAPS; tap++) {
          sum += MATRIX[number][tap] * taps[last + tap];
        }
        all[number * in + input] = (float) sum;
      }
    }
    return all;
  }
}
