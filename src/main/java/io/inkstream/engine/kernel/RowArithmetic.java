package io.inkstream.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.inkstream.engine.tensor.Float8;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What the [FusedOperator]s do to a row, in float32 with sums in float64.
///
/// @param width of the row
record RowArithmetic(int width) {
  private static final double EPSILON = 1e-6;

  /// LayerNorm without weights, then scale and, if there is one, shift.
  void normalise(
      MemorySegment in, MemorySegment scale, @Nullable MemorySegment shift, MemorySegment out) {
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
      set(out, i, normed * get(scale, i) + (shift == null ? 0 : get(shift, i)));
    }
  }

  /// `value + gate · (update + bias)`, where there is a bias.
  void gate(
      MemorySegment value,
      MemorySegment update,
      @Nullable MemorySegment bias,
      MemorySegment gate,
      MemorySegment out) {
    for (int i = 0; i < width; i++) {
      double biased = get(update, i) + (bias == null ? 0 : get(bias, i));
      set(out, i, get(value, i) + get(gate, i) * biased);
    }
  }

  /// GELU(in + bias).
  void gelu(MemorySegment in, MemorySegment bias, MemorySegment out) {
    for (int i = 0; i < width; i++) {
      set(out, i, Gelu.of(get(in, i) + get(bias, i)));
    }
  }

  /// SiLU(gate) · up, both side by side.
  void swiGlu(MemorySegment gateUp, MemorySegment out) {
    for (int i = 0; i < width; i++) {
      double gate = get(gateUp, i);
      set(out, i, gate / (1 + Math.exp(-gate)) * get(gateUp, width + i));
    }
  }

  /// `in + bias`, where there is a bias.
  void plus(MemorySegment in, @Nullable MemorySegment bias, MemorySegment out) {
    for (int i = 0; i < width; i++) {
      set(out, i, get(in, i) + (bias == null ? 0 : get(bias, i)));
    }
  }

  /// RMSNorm of each head with a weight, then a rotation of neighbouring pairs, in place.
  void normaliseAndRotate(
      MemorySegment row, MemorySegment weight, MemorySegment cosines, MemorySegment sines) {
    int head = (int) (weight.byteSize() / Float.BYTES);
    for (int from = 0; from < width; from += head) {
      normaliseHead(row, from, head, weight);
      rotate(row, from, head / 2, cosines, sines);
    }
  }

  private static void normaliseHead(MemorySegment row, int from, int head, MemorySegment weight) {
    double squares = 0;
    for (int i = 0; i < head; i++) {
      squares += get(row, from + i) * get(row, from + i);
    }
    double inverse = 1 / Math.sqrt(squares / head + EPSILON);
    for (int i = 0; i < head; i++) {
      set(row, from + i, get(row, from + i) * inverse * get(weight, i));
    }
  }

  private static void rotate(
      MemorySegment row, int from, int pairs, MemorySegment cosines, MemorySegment sines) {
    for (int i = 0; i < pairs; i++) {
      double first = get(row, from + 2 * i);
      double second = get(row, from + 2 * i + 1);
      set(row, from + 2 * i, first * get(cosines, i) - second * get(sines, i));
      set(row, from + 2 * i + 1, first * get(sines, i) + second * get(cosines, i));
    }
  }

  /// The row in numbers of 8 bits, and its scale.
  void narrow(MemorySegment values, MemorySegment numbers, MemorySegment scaleOfRow) {
    double most = 0;
    for (int i = 0; i < width; i++) {
      most = Math.max(most, Math.abs(get(values, i)));
    }
    float scale = (float) most / Float8.E4M3_MOST;
    float inverse = scale == 0 ? 0 : 1 / scale;
    set(scaleOfRow, 0, scale);
    for (int i = 0; i < width; i++) {
      numbers.set(JAVA_BYTE, i, Float8.e4m3((float) get(values, i) * inverse));
    }
  }

  /// Numbers of 8 bits by their row's scale.
  void widen(MemorySegment numbers, boolean float8, double scale, MemorySegment out) {
    for (int i = 0; i < width; i++) {
      byte code = numbers.get(JAVA_BYTE, i);
      set(out, i, scale * (float8 ? Float8.ofE4m3(code) : code));
    }
  }

  static double get(MemorySegment from, int index) {
    return from.getAtIndex(JAVA_FLOAT, index);
  }

  private static void set(MemorySegment to, int index, double value) {
    to.setAtIndex(JAVA_FLOAT, index, (float) value);
  }
}
