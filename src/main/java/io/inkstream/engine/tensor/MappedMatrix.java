package io.inkstream.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A weight matrix `[rows, columns]` as it lies in a mapped file, read row by row as float32.
///
/// @param segment the matrix's bytes, little-endian, row-major
/// @param dtype `F32`, `F16` or `BF16`
public record MappedMatrix(MemorySegment segment, DType dtype, int rows, int columns)
    implements RowTable {
  public MappedMatrix {
    if (!dtype.isWeight() || segment.byteSize() != (long) rows * columns * dtype.bytes()) {
      throw new IllegalArgumentException(
          segment.byteSize() + " bytes are no " + dtype + " matrix of " + rows + "x" + columns);
    }
  }

  @Override
  public void copyRow(int row, float[] target, int at) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows);
    }
    // Copied as bytes: reading numbers straight from a segment needs method handles, which a native
    // image may lack.
    byte[] bytes = new byte[columns * dtype.bytes()];
    MemorySegment.copy(
        segment, ValueLayout.JAVA_BYTE, (long) row * bytes.length, bytes, 0, bytes.length);
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < columns; i++) {
      target[at + i] = next(numbers);
    }
  }

  private float next(ByteBuffer numbers) {
    return switch (dtype) {
      case F32 -> numbers.getFloat();
      case BF16 -> BFloat16.toFloat(numbers.getShort());
      case F16 -> Float.float16ToFloat(numbers.getShort());
      case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalStateException(dtype.name());
    };
  }
}
