package io.inkstream.engine.quantization;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Float8;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.nio.ByteBuffer;

/// How the rows of a weight `[out, in]` are written in fewer bits: numbers, and float32 scales that
/// make them weights again.
sealed interface RowFormat {
  /// A scale for each row.
  ///
  /// @param type `I8` or `F8_E4M3`
  record Scaled(DType type) implements RowFormat {
    private static final int MOST = 127;

    @Override
    public boolean takes(long in) {
      return true;
    }

    @Override
    public boolean isOf(Encoding source) {
      return false;
    }

    @Override
    public DType stored() {
      return type;
    }

    @Override
    public Shape scales(long out, long in) {
      return new Shape(out, 1);
    }

    @Override
    public Encoding encoding(TensorEntry scales) {
      return new Encoding.ScaledRows(type, scales);
    }

    @Override
    public void write(float[] values, int from, int to, ByteBuffer numbers, ByteBuffer scales) {
      float largest = 0;
      for (int i = from; i < to; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      float scale = largest / (type == DType.I8 ? MOST : Float8.E4M3_MOST);
      float inverse = scale == 0 ? 0 : 1 / scale;
      scales.putFloat(scale);
      for (int i = from; i < to; i++) {
        float unit = values[i] * inverse;
        numbers.put(type == DType.I8 ? (byte) Math.rint(unit) : Float8.e4m3(unit));
      }
    }
  }

  /// A scale for each block of a row. Of the scales that come in question, it is the one with the
  /// least square error.
  ///
  /// @param bits 4 or 8
  /// @param size weights in a block
  record Blocks(int bits, int size) implements RowFormat {
    private static final int TRIALS = 16;

    @Override
    public boolean takes(long in) {
      return in % size == 0;
    }

    @Override
    public boolean isOf(Encoding source) {
      return WeightReader.areKernelRows(source, bits, size);
    }

    @Override
    public DType stored() {
      return DType.U8;
    }

    @Override
    public Shape scales(long out, long in) {
      return new Shape(out, in / size);
    }

    @Override
    public Encoding encoding(TensorEntry scales) {
      return new Encoding.KernelBlocks(bits, size, scales);
    }

    @Override
    public void write(float[] values, int from, int to, ByteBuffer numbers, ByteBuffer scales) {
      for (int block = from; block < to; block += size) {
        float scale = scale(values, block);
        scales.putFloat(scale);
        put(values, block, scale == 0 ? 0 : 1 / scale, numbers);
      }
    }

    private void put(float[] values, int block, float inverse, ByteBuffer numbers) {
      for (int i = block; i < block + size; i += Byte.SIZE / bits) {
        int first = number(values[i], inverse);
        numbers.put(
            (byte) (bits == Byte.SIZE ? first : first | number(values[i + 1], inverse) << 4));
      }
    }

    private int number(float value, float inverse) {
      int middle = 1 << bits - 1;
      int number = (int) Math.rint(value * inverse) + middle;
      return Math.clamp(number, 0, 2 * middle - 1);
    }

    /// The largest magnitude becomes the number 0, of which there is no counterpart above.
    private float scale(float[] values, int block) {
      float extreme = 0;
      for (int i = block; i < block + size; i++) {
        extreme = Math.abs(values[i]) > Math.abs(extreme) ? values[i] : extreme;
      }
      float middle = 1 << bits - 1;
      float best = extreme / -middle;
      if (bits == Byte.SIZE || extreme == 0) {
        return best;
      }
      double least = error(values, block, best);
      for (int trial = 1; trial <= TRIALS; trial++) {
        float scale = extreme / -(middle - 1.6f + 3.2f * trial / TRIALS);
        double error = error(values, block, scale);
        if (error < least) {
          least = error;
          best = scale;
        }
      }
      return best;
    }

    private double error(float[] values, int block, float scale) {
      int middle = 1 << bits - 1;
      double sum = 0;
      for (int i = block; i < block + size; i++) {
        double off = (number(values[i], 1 / scale) - middle) * scale - values[i];
        sum += off * off;
      }
      return sum;
    }
  }

  /// Whether rows of that many weights can be written so.
  boolean takes(long in);

  /// Whether weights that are stored so have these very numbers already, in another order.
  boolean isOf(Encoding source);

  /// The type of the numbers.
  DType stored();

  /// The extents of the scales.
  Shape scales(long out, long in);

  /// How graphs read it.
  Encoding encoding(TensorEntry scales);

  /// Appends one row, `values` from one index up to another.
  void write(float[] values, int from, int to, ByteBuffer numbers, ByteBuffer scales);
}
