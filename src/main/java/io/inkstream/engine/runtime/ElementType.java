package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;

/// Element types as the C API numbers them, in `ONNXTensorElementDataType`.
final class ElementType {
  private ElementType() {}

  static int number(DType type) {
    return switch (type) {
      case F32 -> 1;
      case F16 -> 10;
      case BF16 -> 16;
      default -> throw new IllegalArgumentException(type + " is no type of a tensor here");
    };
  }
}
