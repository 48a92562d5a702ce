package io.inkstream.engine.kernel;

import java.lang.foreign.MemorySegment;

/// The [Operator]s on the host's memory, in float32 and, but for products, with sums in float64:
/// what they mean, for tests of the graphs and of faster kernels.
public final class HostKernels implements FusedKernels {
  // Parts of a modulation: of two streams shift, 1 + scale, gate; of one 1 + scale, gate.
  private static final int ATTENTION = 0;
  private static final int MLP = 3;
  private static final int MLP_OF_ONE = 2;

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
    private final RowArithmetic arithmetic;

    Row(Geometry size, long[] addresses, int row) {
      this.size = size;
      this.addresses = addresses;
      this.width = size.width();
      this.stream = row < size.image() ? 0 : 1;
      this.row = stream == 0 ? row : row - size.image();
      this.arithmetic = new RowArithmetic(width);
    }

    void run(FusedOperator operator) {
      switch (operator) {
        case ADA_LAYER_NORM -> normalise(of(0), 2, ATTENTION, of(3));
        case GATED_ADA_LAYER_NORM -> {
          gate(ATTENTION);
          normalise(of(7), 6, MLP, of(9));
        }
        case GATED_RESIDUAL -> gate(MLP);
        case BIAS_GELU -> arithmetic.gelu(of(0), floats(2 + stream, 0), of(4));
        case HEAD_NORM_ROPE -> heads();
        case ADA_LAYER_NORM_FLOAT8 -> {
          MemorySegment normed = scratch();
          normalise(of(0), 2, ATTENTION, normed);
          narrow(normed, 3, 2);
        }
        case GATED_ADA_LAYER_NORM_FLOAT8 -> {
          gate(ATTENTION);
          MemorySegment normed = scratch();
          normalise(of(7), 6, MLP, normed);
          narrow(normed, 9, 2);
        }
        case BIAS_GELU_FLOAT8 -> {
          MemorySegment active = scratch();
          arithmetic.gelu(of(0), floats(2 + stream, 0), active);
          narrow(active, 4, 2);
        }
        case WIDEN_FLOAT8, WIDEN_INT8 -> widen(operator == FusedOperator.WIDEN_FLOAT8);
        case SCALED_NORM -> scaledNorm(of(0), 1, ATTENTION, of(2));
        case GATED_SCALED_NORM -> {
          gateOne(ATTENTION);
          scaledNorm(of(3), 2, MLP_OF_ONE, of(4));
        }
        case GATED_SUM -> gateOne(MLP_OF_ONE);
        case HEADS_BEHIND_PREFIX -> headsBehindPrefix();
        case SWI_GLU -> arithmetic.swiGlu(gateUp(), of(1));
        case SCALED_NORM_FLOAT8 -> {
          MemorySegment normed = scratch();
          scaledNorm(of(0), 1, ATTENTION, normed);
          narrow(normed, 2, 1);
        }
        case GATED_SCALED_NORM_FLOAT8 -> {
          gateOne(ATTENTION);
          MemorySegment normed = scratch();
          scaledNorm(of(3), 2, MLP_OF_ONE, normed);
          narrow(normed, 4, 1);
        }
        case SWI_GLU_FLOAT8 -> {
          MemorySegment active = scratch();
          arithmetic.swiGlu(gateUp(), active);
          narrow(active, 1, 1);
        }
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

    /// A part of the modulation of this row's stream.
    private MemorySegment part(int operand, int part) {
      return floats(operand, (long) (stream * FusedOperator.PARTS + part) * width);
    }

    private void normalise(MemorySegment in, int modulation, int first, MemorySegment out) {
      arithmetic.normalise(in, part(modulation, first + 1), part(modulation, first), out);
    }

    private void gate(int first) {
      arithmetic.gate(of(0), of(2), floats(4 + stream, 0), part(6, first + 2), of(7));
    }

    private void heads() {
      int joint = stream == 1 ? row : size.text() + row;
      MemorySegment bias = floats(2 + stream, 0, 3L * width);
      for (int part = 0; part < 3; part++) {
        MemorySegment out = floats(10 + part, (long) joint * width);
        arithmetic.plus(floats(stream, (3L * row + part) * width), third(bias, part), out);
        if (part < 2) {
          turn(out, floats(4 + 2 * stream + part, 0, size.head()), 8, joint);
        }
      }
    }

    private MemorySegment third(MemorySegment all, int part) {
      long bytes = (long) width * Float.BYTES;
      return all.asSlice(part * bytes, bytes);
    }

    /// @param tables operand of the cosines; the sines follow
    private void turn(MemorySegment out, MemorySegment norm, int tables, int at) {
      long pairs = size.head() / 2;
      arithmetic.normaliseAndRotate(
          out, norm, floats(tables, at * pairs, pairs), floats(tables + 1, at * pairs, pairs));
    }

    private void scaledNorm(MemorySegment in, int modulation, int first, MemorySegment out) {
      arithmetic.normalise(in, floats(modulation, (long) first * width), null, out);
    }

    private void gateOne(int first) {
      arithmetic.gate(of(0), of(1), null, floats(2, (first + 1L) * width), of(3));
    }

    /// A prefix's row of keys and values, or a row's own.
    private void headsBehindPrefix() {
      for (int part = 1; part < 3 && stream == 1; part++) {
        MemorySegment prefix = floats(4 + part, (long) row * width);
        floats(7 + part, (long) row * width).copyFrom(prefix);
      }
      for (int part = 0; part < 3 && stream == 0; part++) {
        long before = part == 0 ? 0 : size.text();
        MemorySegment out = floats(7 + part, (before + row) * width);
        out.copyFrom(floats(0, (3L * row + part) * width));
        if (part < 2) {
          turn(out, floats(1 + part, 0, size.head()), 3, row);
        }
      }
    }

    private MemorySegment gateUp() {
      return floats(0, 2L * row * width, 2L * width);
    }

    private MemorySegment scratch() {
      return MemorySegment.ofArray(new float[width]);
    }

    /// @param numbers operand of the image's; those of all streams come before their scales
    private void narrow(MemorySegment values, int numbers, int streams) {
      MemorySegment scale = floats(numbers + streams + stream, row, 1);
      arithmetic.narrow(values, bytes(numbers + stream), scale);
    }

    private void widen(boolean float8) {
      double scale = RowArithmetic.get(floats(1, row, 1), 0);
      arithmetic.widen(bytes(0), float8, scale, floats(2, (long) row * width));
    }

    /// This row of an operand of 8 bits.
    @SuppressWarnings("restricted")
    private MemorySegment bytes(int operand) {
      return MemorySegment.ofAddress(addresses[operand] + (long) row * width).reinterpret(width);
    }
  }
}
