package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;

/// How a tensor's numbers are written in its file: storage alone. What they are computed in is
/// another matter ([io.inkstream.engine.tensor.Precision]).
public sealed interface Encoding {
  /// One number after the other.
  ///
  /// @param type of the numbers; a weight's is a float type
  record Plain(DType type) implements Encoding {
    @Override
    public long bytes(long elements) {
      return Math.multiplyExact(elements, type.bytes());
    }

    @Override
    public String toString() {
      return type.name();
    }
  }

  /// One small number after the other, times a scale of the whole tensor or of its row.
  ///
  /// @param type of the small numbers: `F8_E4M3`, `F8_E5M2` or `I8`
  /// @param scale of one element, or one for each row
  /// @param rotation the rows were turned in groups of so many numbers, see [Rotation]; 0: they
  ///   were not
  record Scaled(DType type, TensorEntry scale, int rotation) implements Encoding {
    @Override
    public long bytes(long elements) {
      return Math.multiplyExact(elements, type.bytes());
    }

    @Override
    public String toString() {
      return type + " scaled" + (rotation == 0 ? "" : ", turned by " + rotation);
    }
  }

  /// ggml's blocks: a row is a whole number of them.
  record Blocks(BlockType type) implements Encoding {
    @Override
    public long bytes(long elements) {
      return type.bytes(elements);
    }

    @Override
    public String toString() {
      return type.name();
    }
  }

  /// Bytes of so many numbers, a whole number of rows.
  ///
  /// @throws ArithmeticException if they fit no `long`
  long bytes(long elements);

  /// Whether graphs read the bytes as they lie in the file. All others are widened for them, by a
  /// [WeightReader].
  default boolean isDirect() {
    return this instanceof Plain(DType type) && type.isWeight();
  }
}
