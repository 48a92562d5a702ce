package io.inkstream.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.inkstream.engine.tensor.Float8;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// The [LinearOperator]s on the host's memory, in float32.
final class HostProducts {
  private static final int TOGETHER = 8;

  private final LinearOperator.Rows size;
  private final long[] addresses;

  private HostProducts(LinearOperator.Rows size, long[] addresses) {
    this.size = size;
    this.addresses = addresses;
  }

  static void run(LinearOperator.Rows product, long[] addresses) {
    new HostProducts(product, addresses).run();
  }

  private void run() {
    boolean small = size.operator() == LinearOperator.LINEAR_FLOAT8;
    float[][] columns = transposed(small ? widened(2, size.out()) : floats(1, 0, weights()));
    float[] values =
        small
            ? widened(0, size.rows())
            : floats(0, (long) size.first() * size.in(), (long) size.rows() * size.in());
    int chunks = (size.rows() + TOGETHER - 1) / TOGETHER;
    IntStream.range(0, chunks)
        .parallel()
        .forEach(chunk -> write(chunk * TOGETHER, values, columns));
  }

  private long weights() {
    return (long) size.out() * size.in();
  }

  /// `[in, out]`: what a row is added up of lies side by side.
  private float[][] transposed(float[] weight) {
    float[][] columns = new float[size.in()][size.out()];
    for (int o = 0; o < size.out(); o++) {
      for (int i = 0; i < size.in(); i++) {
        columns[i][o] = weight[o * size.in() + i];
      }
    }
    return columns;
  }

  /// Some rows, which are added up together while a column is at hand.
  private void write(int first, float[] values, float[][] columns) {
    int rows = Math.min(TOGETHER, size.rows() - first);
    float[][] sums = new float[rows][size.out()];
    for (int i = 0; i < size.in(); i++) {
      for (int row = 0; row < rows; row++) {
        add(values[(first + row) * size.in() + i], columns[i], sums[row]);
      }
    }
    for (int row = 0; row < rows; row++) {
      write(first + row, sums[row]);
    }
  }

  /// Arrays of their own and one index: else the compiler fears that one lies in the other, and
  /// takes one number at a time.
  private static void add(float value, float[] column, float[] sum) {
    for (int o = 0; o < sum.length; o++) {
      sum[o] += value * column[o];
    }
  }

  private void write(int row, float[] sum) {
    if (size.operator() == LinearOperator.LINEAR_GELU) {
      float[] bias = floats(2, 0, size.out());
      for (int o = 0; o < sum.length; o++) {
        sum[o] = (float) Gelu.of((double) sum[o] + bias[o]);
      }
    }
    long at = (long) row * size.out() * Float.BYTES;
    MemorySegment out = bytes(addresses.length - 1, at, (long) sum.length * Float.BYTES);
    MemorySegment.copy(sum, 0, out, JAVA_FLOAT, 0, sum.length);
  }

  /// Numbers of 8 bits with the scales of their rows, which are the next operand.
  private float[] widened(int operand, int rows) {
    byte[] codes = bytes(operand, 0, (long) rows * size.in()).toArray(JAVA_BYTE);
    float[] scales = floats(operand + 1, 0, rows);
    float[] values = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      values[i] = Float8.ofE4m3(codes[i]) * scales[i / size.in()];
    }
    return values;
  }

  private float[] floats(int operand, long at, long count) {
    return bytes(operand, at * Float.BYTES, count * Float.BYTES).toArray(JAVA_FLOAT);
  }

  @SuppressWarnings("restricted")
  private MemorySegment bytes(int operand, long at, long count) {
    return MemorySegment.ofAddress(addresses[operand] + at).reinterpret(count);
  }
}
