package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The card's driver library. It wants a card's context in the calling thread, as ONNX Runtime
/// leaves it there.
final class CudaCalls {
  private static final String LIBRARY = "libcuda.so.1";
  private static final String PTX = "/io/inkstream/engine/kernel/%s.ptx";

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

  /// Kernels of ours in the calling thread's context: the driver makes machine code of
  /// `kernel/<name>.ptx`.
  long module(String name) {
    try (var arena = Arena.ofConfined()) {
      return get("cuModuleLoadData", CText.of(ptx(name), arena));
    }
  }

  /// A kernel of a module.
  long function(long module, String name) {
    try (var arena = Arena.ofConfined()) {
      return get("cuModuleGetFunction", module, CText.of(name, arena));
    }
  }

  private static String ptx(String name) {
    String file = PTX.formatted(name);
    try (InputStream in = CudaCalls.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
