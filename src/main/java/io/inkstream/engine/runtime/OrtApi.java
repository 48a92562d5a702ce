package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.NativeCalls;
import io.inkstream.engine.device.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/// ONNX Runtime's C API. What it makes is known by its address.
///
/// A status that is not null becomes an [EngineException] with the library's message.
final class OrtApi {
  /// The first version that runs the operators of our graphs, those of opset 23.
  private static final int API_VERSION = 23;

  private static final int FAIL = 1; // ORT_FAIL
  private static final long TABLE = 274; // places that it has at least

  private final long[] functions = new long[OrtFunction.values().length];
  private final String version;

  private OrtApi(long[] table, String version) {
    this.version = version;
    for (OrtFunction function : OrtFunction.values()) {
      functions[function.ordinal()] = table[function.place()];
    }
  }

  /// Loads the library; it stays for the life of the process.
  ///
  /// @throws EngineException if the file is no ONNX Runtime, or an old one
  static OrtApi load(Path library) {
    try {
      // A struct of two functions: the first gives the table, the second the version.
      long[] base = longs(NativeLibrary.load(library).call("OrtGetApiBase"), 2);
      String version = CText.at(NativeCalls.call(base[1]));
      long table = NativeCalls.call(base[0], API_VERSION);
      if (table == 0) {
        throw new EngineException(
            library + " is ONNX Runtime " + version + ", must be 1.23 or later");
      }
      return new OrtApi(longs(table, TABLE), version);
    } catch (IllegalArgumentException e) {
      throw new EngineException(library + " is not ONNX Runtime's library: " + e.getMessage(), e);
    }
  }

  String version() {
    return version;
  }

  /// Calls a function that returns a status.
  ///
  /// @throws EngineException with the library's message if it failed
  void call(OrtFunction function, long... arguments) {
    check(invoke(function, arguments));
  }

  /// Checks a status.
  ///
  /// @param status its address; 0 is success
  /// @throws EngineException with the library's message if something failed
  void check(long status) {
    if (status != 0) {
      String message = CText.at(invoke(OrtFunction.GET_ERROR_MESSAGE, status));
      invoke(OrtFunction.RELEASE_STATUS, status);
      throw new EngineException(message.lines().findFirst().orElse(message).strip());
    }
  }

  /// Calls a function whose last parameter is the address of what it sets.
  ///
  /// @return what it set: the address of something new, or a number
  long get(OrtFunction function, long... arguments) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      long[] all = Arrays.copyOf(arguments, arguments.length + 1);
      all[arguments.length] = out.address();
      call(function, all);
      return out.toArray(JAVA_LONG)[0];
    }
  }

  /// Calls a function that releases something.
  void release(OrtFunction function, long what) {
    invoke(function, what);
  }

  /// Sets one entry of a session's or a run's options.
  void set(OrtFunction function, long options, String key, String value) {
    try (var arena = Arena.ofConfined()) {
      call(function, options, CText.of(key, arena), CText.of(value, arena));
    }
  }

  /// The address of a status that says that something failed, for the library to release.
  long failure(String message) {
    try (var arena = Arena.ofConfined()) {
      return invoke(OrtFunction.CREATE_STATUS, FAIL, CText.of(message, arena));
    }
  }

  private static long[] longs(long address, long count) {
    return at(address, count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private long invoke(OrtFunction function, long... arguments) {
    if (arguments.length != function.parameters()) {
      throw new IllegalArgumentException(
          "%s has %d parameters, was given %d"
              .formatted(function, function.parameters(), arguments.length));
    }
    return NativeCalls.call(functions[function.ordinal()], arguments);
  }
}
