package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime's C API, which knows devices where its Java binding does not: memory of a device as
/// input and output, and one stream for all sessions.
///
/// A status that is not null becomes an [EngineException] with the library's message.
final class OrtApi {
  /// The first version whose table holds all that is called here.
  private static final int API_VERSION = 17;

  private static final int FAIL = 1; // ORT_FAIL
  private static final long POINTERS = 1 << 10;
  private static final long TEXT = 1 << 16;

  private final Map<OrtFunction, NativeFunction> functions = new EnumMap<>(OrtFunction.class);
  private final MemorySegment table;
  private final String version;

  private OrtApi(MemorySegment table, String version) {
    this.table = table;
    this.version = version;
    for (OrtFunction function : OrtFunction.values()) {
      MemorySegment address = table.getAtIndex(ADDRESS, function.place());
      functions.put(function, new NativeFunction(address, function.descriptor()));
    }
  }

  /// Loads the library; it stays for the life of the process.
  ///
  /// @throws EngineException if the file is no ONNX Runtime, or an old one
  @SuppressWarnings("restricted")
  static OrtApi load(Path library) {
    try {
      var symbols = SymbolLookup.libraryLookup(library, Arena.global());
      var getBase =
          new NativeFunction(
              symbols.find("OrtGetApiBase").orElseThrow(), FunctionDescriptor.of(ADDRESS));
      MemorySegment base = pointers(getBase.call(), 2);
      var getApi =
          new NativeFunction(base.getAtIndex(ADDRESS, 0), FunctionDescriptor.of(ADDRESS, JAVA_INT));
      var getVersion =
          new NativeFunction(base.getAtIndex(ADDRESS, 1), FunctionDescriptor.of(ADDRESS));
      String version = text(getVersion.call());
      MemorySegment table = pointers(getApi.call(API_VERSION), POINTERS);
      if (table.address() == 0) {
        throw new EngineException(
            library + " is ONNX Runtime " + version + ", must be 1.17 or later");
      }
      return new OrtApi(table, version);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw new EngineException(library + " is not ONNX Runtime's library: " + e.getMessage(), e);
    }
  }

  String version() {
    return version;
  }

  /// Calls a function that returns a status.
  ///
  /// @throws EngineException with the library's message if it failed
  void call(OrtFunction function, Object... arguments) {
    check(((MemorySegment) Objects.requireNonNull(invoke(function, arguments))).address());
  }

  /// Checks a status.
  ///
  /// @param status its address; 0 is success
  /// @throws EngineException with the library's message if something failed
  void check(long status) {
    if (status != 0) {
      MemorySegment failed = MemorySegment.ofAddress(status);
      String message = text(invoke(OrtFunction.GET_ERROR_MESSAGE, failed));
      invoke(OrtFunction.RELEASE_STATUS, failed);
      throw new EngineException(message.lines().findFirst().orElse(message).strip());
    }
  }

  /// A function to be called by `invokeExact`, with `long` for every address, that of a status
  /// included.
  @SuppressWarnings("restricted")
  MethodHandle exact(OrtFunction function) {
    MemorySegment address = table.getAtIndex(ADDRESS, function.place());
    return Linker.nativeLinker().downcallHandle(address, function.exactDescriptor());
  }

  /// The address of a status that says that something failed, for the library to release.
  long failure(String message) {
    try (var arena = Arena.ofConfined()) {
      var status = invoke(OrtFunction.CREATE_STATUS, FAIL, arena.allocateFrom(message));
      return ((MemorySegment) Objects.requireNonNull(status)).address();
    }
  }

  /// Calls a function whose last parameter is the address of a pointer that it sets.
  ///
  /// @return that pointer
  MemorySegment create(OrtFunction function, Object... arguments) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
      all[arguments.length] = out;
      call(function, all);
      return out.get(ADDRESS, 0);
    }
  }

  /// Calls a function that releases something.
  void release(OrtFunction function, MemorySegment what) {
    invoke(function, what);
  }

  /// A C text of the library's.
  @SuppressWarnings("restricted")
  static String text(@Nullable Object address) {
    return ((MemorySegment) Objects.requireNonNull(address)).reinterpret(TEXT).getString(0);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment pointers(@Nullable Object address, long count) {
    return ((MemorySegment) Objects.requireNonNull(address))
        .reinterpret(count * ADDRESS.byteSize());
  }

  private @Nullable Object invoke(OrtFunction function, Object... arguments) {
    return Objects.requireNonNull(functions.get(function)).call(arguments);
  }
}
