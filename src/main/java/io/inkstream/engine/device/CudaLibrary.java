package io.inkstream.engine.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The CUDA runtime library, which comes with the CUDA toolkit; looked up only when it is needed.
final class CudaLibrary {
  // The newest first: ONNX Runtime is built for one of them.
  private static final List<String> NAMES = List.of("libcudart.so.13", "libcudart.so.12");

  private final NativeLibrary library;
  private final Map<String, Long> functions = new ConcurrentHashMap<>();

  private CudaLibrary(NativeLibrary library) {
    this.library = library;
  }

  /// @throws EngineException if it is not installed where the system looks for libraries
  static CudaLibrary load() {
    List<String> reasons = new ArrayList<>();
    for (String name : NAMES) {
      try {
        return new CudaLibrary(NativeLibrary.named(name));
      } catch (IllegalArgumentException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    throw new EngineException(
        "device is cuda: no CUDA runtime library; install CUDA, or name its folder in"
            + " LD_LIBRARY_PATH: "
            + String.join("; ", reasons));
  }

  /// Calls a function that returns an error's number, 0 if none.
  ///
  /// @throws EngineException if it failed
  void call(String name, long... arguments) {
    int error = (int) NativeCalls.call(function(name), arguments);
    if (error != 0) {
      String why = CText.at(NativeCalls.call(function("cudaGetErrorString"), error));
      throw new EngineException("%s failed: %s (%d)".formatted(name, why, error));
    }
  }

  /// Calls a function without parameters whose number is no failure of its own.
  int number(String name) {
    return (int) NativeCalls.call(function(name));
  }

  /// Calls a function whose first parameter is the address of a pointer or a number that it sets.
  long get(String name, long... rest) {
    return NativeCalls.first(arguments -> call(name, arguments), rest);
  }

  private long function(String name) {
    return functions.computeIfAbsent(name, library::find);
  }
}
