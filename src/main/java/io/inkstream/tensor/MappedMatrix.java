package io.inkstream.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A weight matrix `[rows, columns]` as it lies in a mapped file, read row by row as float32.
///
/// @param segment the matrix's bytes, little-endian, row-major
/// @param dtype `F32`, `F16` or `BF16`
public record MappedMatrix(MemorySegment segment, DType dtype, int rows, int columns) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public MappedMatrix {
    if (!dtype.isWeight() || segment.byteSize() != (long) rows * columns * dtype.bytes()) {
      throw new IllegalArgumentException(
          segment.byteSize() + " bytes are no " + dtype + " matrix of " + rows + "x" + columns);
    }
  }

  /// Copies one row to `target` from `at` on, widened; exact.
  ///
  /// @throws IndexOutOfBoundsException if there is no such row
  public void copyRow(int row, float[] target, int at) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows);
    }
    long start = (long) row * columns * dtype.bytes();
    for (int i = 0; i < columns; i++) {
      target[at + i] = get(start + (long) i * dtype.bytes());
    }
  }

  private float get(long offset) {
    return switch (dtype) {
      case F32 -> segment.get(FLOAT, offset);
      case BF16 -> BFloat16.toFloat(segment.get(SHORT, offset));
      case F16 -> Float.float16ToFloat(segment.get(SHORT, offset));
      case F64, I64, I32, I16, I8, U8, BOOL -> throw new IllegalStateException(dtype.name());
    };
  }
}
