package io.inkstream.engine.tensor;

import java.util.Optional;

/// An element type, named as the safetensors format names it.
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  F8_E4M3(1),
  F8_E5M2(1),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// Size of one element in bytes.
  public int bytes() {
    return bytes;
  }

  /// Whether graphs read weights of this type as they lie in their files: `F32`, `F16` or `BF16`.
  public boolean isWeight() {
    return this == F32 || this == F16 || this == BF16;
  }

  /// The type of that name, if it is one of these.
  public static Optional<DType> named(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
