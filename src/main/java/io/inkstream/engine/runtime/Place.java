package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.lang.foreign.Arena;

/// Where the inputs and outputs of a session lie.
///
/// @param memory address of the library's word for it, an `OrtMemoryInfo`
/// @param arena the library's name of the memory that it may give back: `cpu:0`
record Place(OrtApi api, long memory, String arena) {
  /// @param name that the library has for such memory: `Cpu` or `Cuda`
  static Place of(OrtApi api, String name, String arena, int ordinal) {
    try (var memory = Arena.ofConfined()) {
      long text = CText.of(name, memory);
      // A device allocator, its default memory.
      long info = api.get(OrtFunction.CREATE_MEMORY_INFO, text, 0, ordinal, 0);
      return new Place(api, info, arena + ":" + ordinal);
    }
  }

  /// The processor's.
  static Place host(OrtApi api) {
    return of(api, "Cpu", "cpu", 0);
  }

  /// The address of a new `OrtValue` over memory that is there; the caller releases it.
  long value(DType type, Shape shape, long address) {
    try (var arena = Arena.ofConfined()) {
      long[] dims = shape.dims();
      return api.get(
          OrtFunction.CREATE_TENSOR_WITH_DATA,
          memory,
          address,
          shape.elements() * type.bytes(),
          arena.allocateFrom(JAVA_LONG, dims).address(),
          dims.length,
          ElementType.number(type));
    }
  }
}
