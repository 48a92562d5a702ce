package io.inkstream.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.inkstream.engine.tensor.Float8;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// The [LinearOperator]s on the host's memory, in float32.
final class HostProducts {
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
    float[] columns = transposed(small ? widened(2, size.out()) : floats(1, 0, weights()));
    float[] values =
        small
            ? widened(0, size.rows())
            : floats(0, (long) size.first() * size.in(), (long) size.rows() * size.in());
    IntStream.range(0, size.rows()).parallel().forEach(row -> write(row, of(row, values, columns)));
  }

  private long weights() {
    return (long) size.out() * size.in();
  }

  /// `[in, out]`: what a row is added up of lies side by side.
  private float[] transposed(float[] weight) {
    float[] columns = new float[weight.length];
    for (int o = 0; o < size.out(); o++) {
      for (int i = 0; i < size.in(); i++) {
        columns[i * size.out() + o] = weight[o * size.in() + i];
      }
    }
    return columns;
  }

  private float[] of(int row, float[] values, float[] columns) {
    int width = size.out();
    float[] sum = new float[width];
    for (int i = 0; i < size.in(); i++) {
      float value = values[row * size.in() + i];
      int column = i * width;
      for (int o = 0; o < width; o++) {
        sum[o] += value * columns[column + o];
      }
    }
    return sum;
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
