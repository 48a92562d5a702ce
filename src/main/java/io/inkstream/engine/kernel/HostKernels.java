package io.inkstream.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.inkstream.engine.tensor.Float8;
import java.lang.foreign.MemorySegment;

/// The [Operator]s on the host's memory, in float32 and, but for products, with sums in float64:
/// what they mean, for tests of the graphs and of faster kernels.
public final class HostKernels implements FusedKernels {
  private static final double EPSILON = 1e-6;
  private static final int ATTENTION = 0; // parts of a modulation: shift, 1 + scale, gate
  private static final int MLP = 3;

  @Override
  public void run(FusedOperator operator, Geometry size, long[] addresses) {
    for (int row = 0; row < size.rows(); row++) {
      new Row(size, addresses, row).run(operator);
    }
  }

  @Override
  public void multiply(LinearOperator.Rows product, long[] addresses) {
    HostProducts.run(product, addresses);
  }

  @Override
  public boolean multiplyFloat8() {
    return true;
  }

  /// One row of a run.
  private static final class Row {
    private final Geometry size;
    private final long[] addresses;
    private final int width;
    private final int stream; // 0: image, 1: text
    private final int row;

    Row(Geometry size, long[] addresses, int row) {
      this.size = size;
      this.addresses = addresses;
      this.width = size.width();
      this.stream = row < size.image() ? 0 : 1;
      this.row = stream == 0 ? row : row - size.image();
    }

    void run(FusedOperator operator) {
      switch (operator) {
        case ADA_LAYER_NORM -> normalise(of(0), part(2, ATTENTION), of(3));
        case GATED_ADA_LAYER_NORM -> {
          gate(part(6, ATTENTION), of(7));
          normalise(of(7), part(6, MLP), of(9));
        }
        case GATED_RESIDUAL -> gate(part(6, MLP), of(7));
        case BIAS_GELU -> gelu(of(0), floats(2 + stream, 0), of(4));
        case HEAD_NORM_ROPE -> heads();
        case ADA_LAYER_NORM_FLOAT8 -> {
          MemorySegment normed = scratch();
          normalise(of(0), part(2, ATTENTION), normed);
          narrow(normed, 3);
        }
        case GATED_ADA_LAYER_NORM_FLOAT8 -> {
          gate(part(6, ATTENTION), of(7));
          MemorySegment normed = scratch();
          normalise(of(7), part(6, MLP), normed);
          narrow(normed, 9);
        }
        case BIAS_GELU_FLOAT8 -> {
          MemorySegment active = scratch();
          gelu(of(0), floats(2 + stream, 0), active);
          narrow(active, 4);
        }
        case WIDEN_FLOAT8, WIDEN_INT8 -> widen(operator == FusedOperator.WIDEN_FLOAT8);
      }
    }

    private MemorySegment floats(int operand, long at) {
      return floats(operand, at, width);
    }

    @SuppressWarnings("restricted")
    private MemorySegment floats(int operand, long at, long count) {
      long address = addresses[operand] + at * Float.BYTES;
      return MemorySegment.ofAddress(address).reinterpret(count * Float.BYTES);
    }

    /// This row of its stream; the text's tensor follows the image's.
    private MemorySegment of(int operand) {
      return floats(operand + stream, (long) row * width);
    }

    /// Shift, 1 + scale and gate of this row's stream.
    private MemorySegment part(int operand, int first) {
      long at = (long) (stream * FusedOperator.PARTS + first) * width;
      return floats(operand, at, 3L * width);
    }

    private void normalise(MemorySegment in, MemorySegment modulation, MemorySegment out) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += get(in, i);
      }
      double mean = sum / width;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += (get(in, i) - mean) * (get(in, i) - mean);
      }
      double inverse = 1 / Math.sqrt(squares / width + EPSILON);
      for (int i = 0; i < width; i++) {
        double normed = (get(in, i) - mean) * inverse;
        set(out, i, normed * get(modulation, width + i) + get(modulation, i));
      }
    }

    private void gate(MemorySegment modulation, MemorySegment out) {
      MemorySegment value = of(0);
      MemorySegment update = of(2);
      MemorySegment bias = floats(4 + stream, 0);
      for (int i = 0; i < width; i++) {
        double biased = get(update, i) + get(bias, i);
        set(out, i, get(value, i) + get(modulation, 2 * width + i) * biased);
      }
    }

    private void gelu(MemorySegment in, MemorySegment bias, MemorySegment out) {
      for (int i = 0; i < width; i++) {
        set(out, i, Gelu.of(get(in, i) + get(bias, i)));
      }
    }

    private void heads() {
      int joint = stream == 1 ? row : size.text() + row;
      MemorySegment in = floats(stream, 3L * row * width, 3L * width);
      MemorySegment bias = floats(2 + stream, 0, 3L * width);
      for (int part = 0; part < 3; part++) {
        MemorySegment out = floats(10 + part, (long) joint * width);
        for (int i = 0; i < width; i++) {
          set(out, i, get(in, part * width + i) + get(bias, part * width + i));
        }
        for (int head = 0; part < 2 && head < width; head += size.head()) {
          normaliseHead(out, head, floats(4 + 2 * stream + part, 0, size.head()));
          rotate(out, head, joint);
        }
      }
    }

    private void normaliseHead(MemorySegment out, int from, MemorySegment weight) {
      double squares = 0;
      for (int i = 0; i < size.head(); i++) {
        squares += get(out, from + i) * get(out, from + i);
      }
      double inverse = 1 / Math.sqrt(squares / size.head() + EPSILON);
      for (int i = 0; i < size.head(); i++) {
        set(out, from + i, get(out, from + i) * inverse * get(weight, i));
      }
    }

    private void rotate(MemorySegment out, int from, int joint) {
      int pairs = size.head() / 2;
      MemorySegment cosines = floats(8, (long) joint * pairs, pairs);
      MemorySegment sines = floats(9, (long) joint * pairs, pairs);
      for (int i = 0; i < pairs; i++) {
        double first = get(out, from + 2 * i);
        double second = get(out, from + 2 * i + 1);
        set(out, from + 2 * i, first * get(cosines, i) - second * get(sines, i));
        set(out, from + 2 * i + 1, first * get(sines, i) + second * get(cosines, i));
      }
    }

    private MemorySegment scratch() {
      return MemorySegment.ofArray(new float[width]);
    }

    /// The row in numbers of 8 bits, and its scale.
    ///
    /// @param numbers operand of the image's; the text's and both scales follow it
    private void narrow(MemorySegment values, int numbers) {
      double most = 0;
      for (int i = 0; i < width; i++) {
        most = Math.max(most, Math.abs(get(values, i)));
      }
      float scale = (float) most / Float8.E4M3_MOST;
      float inverse = scale == 0 ? 0 : 1 / scale;
      set(floats(numbers + 2 + stream, row, 1), 0, scale);
      MemorySegment out = bytes(numbers + stream);
      for (int i = 0; i < width; i++) {
        out.set(JAVA_BYTE, i, Float8.e4m3((float) get(values, i) * inverse));
      }
    }

    private void widen(boolean float8) {
      MemorySegment in = bytes(0);
      double scale = get(floats(1, row, 1), 0);
      MemorySegment out = floats(2, (long) row * width);
      for (int i = 0; i < width; i++) {
        byte code = in.get(JAVA_BYTE, i);
        set(out, i, scale * (float8 ? Float8.ofE4m3(code) : code));
      }
    }

    /// This row of an operand of 8 bits.
    @SuppressWarnings("restricted")
    private MemorySegment bytes(int operand) {
      return MemorySegment.ofAddress(addresses[operand] + (long) row * width).reinterpret(width);
    }

    private static double get(MemorySegment from, int index) {
      return from.getAtIndex(JAVA_FLOAT, index);
    }

    private static void set(MemorySegment to, int index, double value) {
      to.setAtIndex(JAVA_FLOAT, index, (float) value);
    }
  }
}
