package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The card's driver library. It wants a card's context in the calling thread, as ONNX Runtime
/// leaves it there.
final class CudaCalls {
  private static final String LIBRARY = "libcuda.so.1";

  private final NativeLibrary driver;

  private CudaCalls(NativeLibrary driver) {
    this.driver = driver;
  }

  /// @throws EngineException if there is none
  static CudaCalls load() {
    try {
      return new CudaCalls(NativeLibrary.named(LIBRARY));
    } catch (IllegalArgumentException e) {
      throw new EngineException("device is cuda: there is no driver: " + e.getMessage(), e);
    }
  }

  long find(String name) {
    return driver.find(name);
  }

  /// Calls a function that returns an error's number, 0 if none.
  ///
  /// @throws EngineException if it failed
  void call(String name, long... arguments) {
    check(name, driver.call(name, arguments));
  }

  /// Calls a function whose first parameter is the address of a pointer that it sets.
  long get(String name, long... rest) {
    return NativeCalls.first(arguments -> call(name, arguments), rest);
  }

  /// @param what had that result
  /// @throws EngineException if that is an error
  void check(String what, long result) {
    int error = (int) result;
    if (error != 0) {
      try (var arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(JAVA_LONG);
        driver.call("cuGetErrorString", error, out.address());
        long text = out.get(JAVA_LONG, 0);
        String why = text == 0 ? "unknown error" : CText.at(text);
        throw new EngineException("%s failed: %s (%d)".formatted(what, why, error));
      }
    }
  }
}
