package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;

/// Element types as the C API numbers them, in `ONNXTensorElementDataType`.
final class ElementType {
  private ElementType() {}

  static int number(DType type) {
    return switch (type) {
      case F32 -> 1;
      case U8 -> 2;
      case I8 -> 3;
      case F16 -> 10;
      case BF16 -> 16;
      case F8_E4M3 -> 17;
      case F8_E5M2 -> 19;
      default -> throw new IllegalArgumentException(type + " is no type of a tensor here");
    };
  }
}
