package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.util.List;
import java.util.Optional;

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
    /// Whether rows of that length can be turned in groups of so many numbers.
    public static boolean turns(int group, long row) {
      return Rotation.fits(group, row);
    }

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

  /// One small number after the other, `[out, in]`, times the scale of its row, as graphs read
  /// them.
  ///
  /// @param type `I8` or `F8_E4M3`
  /// @param scale float32 `[out, 1]`
  record ScaledRows(DType type, TensorEntry scale) implements Encoding {
    @Override
    public long bytes(long elements) {
      return Math.multiplyExact(elements, type.bytes());
    }

    @Override
    public List<TensorEntry> beside() {
      return List.of(scale);
    }

    @Override
    public boolean isLike(Encoding other) {
      return other instanceof ScaledRows(DType otherType, _) && otherType == type;
    }

    @Override
    public String toString() {
      return type + " with a scale per row";
    }
  }

  /// Unsigned numbers in blocks along the rows, as ONNX Runtime's `MatMulNBits` reads them: a
  /// weight is `(number - 2^(bits - 1)) scale`, the scale being its block's; of two numbers in a
  /// byte the first is the lower.
  ///
  /// @param bits 4 or 8
  /// @param block weights in a block
  /// @param scales float32 `[out, in / block]`
  record KernelBlocks(int bits, int block, TensorEntry scales) implements Encoding {
    @Override
    public long bytes(long elements) {
      return Math.multiplyExact(elements, bits) / Byte.SIZE;
    }

    @Override
    public Shape laidOut(Shape weight) {
      return new Shape(weight.dim(0), weight.dim(1) / block, bytes(block));
    }

    @Override
    public List<TensorEntry> beside() {
      return List.of(scales);
    }

    @Override
    public boolean isLike(Encoding other) {
      return other instanceof KernelBlocks(int otherBits, int otherBlock, _)
          && otherBits == bits
          && otherBlock == block;
    }

    @Override
    public String toString() {
      return "%d bits in blocks of %d".formatted(bits, block);
    }
  }

  /// Bytes of so many numbers, a whole number of rows.
  ///
  /// @throws ArithmeticException if they fit no `long`
  long bytes(long elements);

  /// Whether graphs read the bytes as they lie in the file. All others are widened for them, by a
  /// [WeightReader].
  default boolean isDirect() {
    return direct().isPresent();
  }

  /// The type in which graphs take the bytes as they lie in the file.
  default Optional<DType> direct() {
    return switch (this) {
      case Plain(DType type) -> Optional.of(type).filter(DType::isWeight);
      case ScaledRows(DType type, _) -> Optional.of(type);
      case KernelBlocks _ -> Optional.of(DType.U8);
      case Scaled _, Blocks _ -> Optional.empty();
    };
  }

  /// The extents in which graphs take them, of a weight of that shape.
  default Shape laidOut(Shape weight) {
    return weight;
  }

  /// What graphs take beside them.
  default List<TensorEntry> beside() {
    return List.of();
  }

  /// Whether the rows of two weights, one after the other, are a weight of this encoding.
  default boolean isLike(Encoding other) {
    return equals(other);
  }
}
