package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;

/// How a weight's numbers are written in its file, of the ways that graphs read.
public sealed interface Encoding {
  /// One number after the other.
  ///
  /// @param type `F32`, `F16` or `BF16`
  record Plain(DType type) implements Encoding {
    @Override
    public String toString() {
      return type.name();
    }
  }

  /// The type of the numbers in the file.
  DType type();

  /// That of a tensor.
  ///
  /// @throws SnapshotException if it is none of these
  static Encoding of(TensorEntry entry) {
    return switch (entry.dtype()) {
      case F32, F16, BF16 -> new Plain(entry.dtype());
      case F64, I64, I32, I16, I8, U8, BOOL ->
          throw SnapshotException.tensor(
              entry.file(),
              entry.name(),
              "dtype is " + entry.dtype() + ", must be F32, F16 or BF16");
    };
  }
}
