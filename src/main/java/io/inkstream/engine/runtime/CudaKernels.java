package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.Geometry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The [FusedOperator]s on a card, in bfloat16: `fused.ptx`, which the card's driver compiles when
/// it is loaded. It wants a card's context in the calling thread, as ONNX Runtime leaves it there,
/// and runs that take turns.
final class CudaKernels implements FusedKernels {
  private static final String LIBRARY = "libcuda.so.1";
  private static final String PTX = "/io/inkstream/engine/kernel/fused.ptx";
  private static final int MOST_PARAMETERS = 32;

  private final SymbolLookup symbols;
  private final MethodHandle launch;
  private final long stream;
  private final MemorySegment values; // of a launch
  private final MemorySegment parameters; // where these are
  private final Map<FusedOperator, MemorySegment> functions = new EnumMap<>(FusedOperator.class);

  private CudaKernels(SymbolLookup symbols, long stream) {
    this.symbols = symbols;
    this.stream = stream;
    this.launch = launcher(symbols);
    this.values = Arena.global().allocate(JAVA_LONG, MOST_PARAMETERS);
    this.parameters = Arena.global().allocate(JAVA_LONG, MOST_PARAMETERS);
    for (int i = 0; i < MOST_PARAMETERS; i++) {
      parameters.setAtIndex(JAVA_LONG, i, values.address() + i * JAVA_LONG.byteSize());
    }
  }

  /// `cuLaunchKernel`: the function, the extents of the grid and of a block, bytes of shared
  /// memory, the stream, where the parameters' addresses are, further options.
  @SuppressWarnings("restricted")
  private static MethodHandle launcher(SymbolLookup symbols) {
    return Linker.nativeLinker()
        .downcallHandle(
            symbols.find("cuLaunchKernel").orElseThrow(),
            FunctionDescriptor.of(
                JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }

  /// Loads the kernels.
  ///
  /// @param stream that the runs go to
  /// @throws EngineException if the card or its driver does not take them
  @SuppressWarnings("restricted")
  static CudaKernels load(long stream) {
    SymbolLookup symbols;
    try {
      symbols = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new EngineException("device is cuda: there is no driver: " + e.getMessage(), e);
    }
    var kernels = new CudaKernels(symbols, stream);
    kernels.load();
    return kernels;
  }

  private void load() {
    try (var arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      check(
          "cuModuleLoadData",
          function("cuModuleLoadData", ADDRESS, ADDRESS).call(out, arena.allocateFrom(ptx())));
      MemorySegment module = out.get(ADDRESS, 0);
      NativeFunction find = function("cuModuleGetFunction", ADDRESS, ADDRESS, ADDRESS);
      for (FusedOperator operator : FusedOperator.values()) {
        check(
            "cuModuleGetFunction", find.call(out, module, arena.allocateFrom(operator.function())));
        functions.put(operator, out.get(ADDRESS, 0));
      }
    }
  }

  private static String ptx() {
    try (InputStream in = CudaKernels.class.getResourceAsStream(PTX)) {
      return new String(Objects.requireNonNull(in, PTX).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void run(FusedOperator operator, Geometry size, long[] addresses) {
    int at = addresses.length;
    MemorySegment.copy(addresses, 0, values, JAVA_LONG, 0, at);
    for (int number : new int[] {size.image(), size.text(), size.width(), size.head()}) {
      values.setAtIndex(JAVA_LONG, at++, number);
    }
    long function = Objects.requireNonNull(functions.get(operator)).address();
    check(operator.function(), launch(function, size.rows(), size.threads()));
  }

  private int launch(long function, int blocks, int threads) {
    try {
      return (int)
          launch.invokeExact(
              function, blocks, 1, 1, threads, 1, 1, 0, stream, parameters.address(), 0L);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a C function throws nothing
    }
  }

  private void check(String what, @Nullable Object result) {
    int error = (int) Objects.requireNonNull(result);
    if (error != 0) {
      try (var arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(ADDRESS);
        function("cuGetErrorString", JAVA_INT, ADDRESS).call(error, out);
        MemorySegment text = out.get(ADDRESS, 0);
        String why = text.address() == 0 ? "unknown error" : OrtApi.text(text);
        throw new EngineException("%s failed: %s (%d)".formatted(what, why, error));
      }
    }
  }

  private NativeFunction function(String name, MemoryLayout... parameters) {
    return new NativeFunction(
        symbols.find(name).orElseThrow(), FunctionDescriptor.of(JAVA_INT, parameters));
  }
}
