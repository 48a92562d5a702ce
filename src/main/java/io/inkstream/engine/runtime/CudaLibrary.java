package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// The CUDA runtime library, which comes with the CUDA toolkit; looked up only when it is needed.
final class CudaLibrary {
  // The newest first: ONNX Runtime is built for one of them.
  private static final List<String> NAMES = List.of("libcudart.so.13", "libcudart.so.12");

  private final SymbolLookup symbols;
  private final NativeFunction errorText;
  private final Map<String, NativeFunction> functions = new ConcurrentHashMap<>();

  private CudaLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    this.errorText =
        new NativeFunction(
            symbols.find("cudaGetErrorString").orElseThrow(),
            FunctionDescriptor.of(ADDRESS, JAVA_INT));
  }

  /// @throws EngineException if it is not installed where the system looks for libraries
  @SuppressWarnings("restricted")
  static CudaLibrary load() {
    List<String> reasons = new ArrayList<>();
    for (String name : NAMES) {
      try {
        return new CudaLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
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
  void call(String name, Object... arguments) {
    int error = (int) Objects.requireNonNull(function(name, arguments).call(arguments));
    if (error != 0) {
      throw new EngineException(
          "%s failed: %s (%d)".formatted(name, OrtApi.text(errorText.call(error)), error));
    }
  }

  /// Calls a function whose first parameter is the address of a pointer or a number that it sets.
  long create(String name, Object... rest) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      Object[] arguments = new Object[rest.length + 1];
      arguments[0] = out;
      System.arraycopy(rest, 0, arguments, 1, rest.length);
      call(name, arguments);
      return out.get(JAVA_LONG, 0);
    }
  }

  private NativeFunction function(String name, Object... arguments) {
    return functions.computeIfAbsent(
        name,
        ignored -> {
          var layouts = new MemoryLayout[arguments.length];
          for (int i = 0; i < layouts.length; i++) {
            layouts[i] = layout(arguments[i]);
          }
          return new NativeFunction(
              symbols.find(name).orElseThrow(), FunctionDescriptor.of(JAVA_INT, layouts));
        });
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case MemorySegment _ -> ADDRESS;
      case Integer _ -> JAVA_INT;
      case Long _ -> JAVA_LONG; // sizes, and addresses as numbers: the same register
      default -> throw new IllegalArgumentException(argument.getClass().getName());
    };
  }
}
