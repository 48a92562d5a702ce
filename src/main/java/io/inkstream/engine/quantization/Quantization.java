package io.inkstream.engine.quantization;

import io.inkstream.engine.tensor.DType;
import java.util.Locale;

/// In how few bits the linear layers' weights are kept in memory, whatever their files have.
public enum Quantization {
  /// 8-bit integers, which the processor multiplies as they are.
  INT8,
  /// 8-bit floating-point numbers, `e4m3fn`.
  FP8,
  /// 4-bit integers in blocks, which the processor multiplies with 8-bit ones.
  INT4;

  /// Weights in a block: a divisor of every width of the published model, and of the pocket
  /// model's.
  private static final int BLOCK = 32;

  /// How the layers of the transformer's blocks are written.
  RowFormat transformer() {
    return switch (this) {
      case INT8 -> new RowFormat.Scaled(DType.I8);
      case FP8 -> new RowFormat.Scaled(DType.F8_E4M3);
      case INT4 -> new RowFormat.Blocks(4, BLOCK);
    };
  }

  /// How the text encoder's layers are written. Single features of its streams are a thousand times
  /// the others, so no scale may span more than a block of one row of them.
  RowFormat textEncoder() {
    return switch (this) {
      case INT8 -> new RowFormat.Blocks(8, BLOCK);
      case FP8 -> new RowFormat.Scaled(DType.F8_E4M3);
      case INT4 -> new RowFormat.Blocks(4, BLOCK);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
