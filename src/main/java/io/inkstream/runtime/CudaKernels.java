package io.inkstream.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.kernel.FusedKernels;
import io.inkstream.kernel.FusedOperator;
import io.inkstream.kernel.Geometry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The [FusedOperator]s on a card, in bfloat16: `fused.ptx`, which the card's driver compiles when
/// it is loaded. It wants a card's context in the calling thread, as ONNX Runtime leaves it there.
final class CudaKernels implements FusedKernels {
  private static final String LIBRARY = "libcuda.so.1";
  private static final String PTX = "/io/inkstream/kernel/fused.ptx";
  private static final int MOST_THREADS = 512;
  private static final int WARP = 32;
  private static final int EIGHT = 8; // numbers that a thread holds at a time

  private final SymbolLookup symbols;
  private final NativeFunction launch;
  private final long stream;
  private final Map<FusedOperator, MemorySegment> functions = new EnumMap<>(FusedOperator.class);

  private CudaKernels(SymbolLookup symbols, long stream) {
    this.symbols = symbols;
    this.stream = stream;
    MemoryLayout[] parameters = {
      ADDRESS, // the function; extents of the grid and of a block, bytes of shared memory
      JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
      JAVA_LONG, // the stream, the addresses of the parameters, further options
      ADDRESS, ADDRESS
    };
    this.launch = function("cuLaunchKernel", parameters);
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
    int threads = Math.min(MOST_THREADS, (size.width() / EIGHT + WARP - 1) / WARP * WARP);
    int[] numbers = {size.image(), size.text(), size.width(), size.head()};
    try (var arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(JAVA_LONG, addresses.length + numbers.length);
      MemorySegment parameters = arena.allocate(ADDRESS, addresses.length + numbers.length);
      for (int i = 0; i < addresses.length + numbers.length; i++) {
        boolean address = i < addresses.length;
        values.setAtIndex(JAVA_LONG, i, address ? addresses[i] : numbers[i - addresses.length]);
        parameters.setAtIndex(ADDRESS, i, values.asSlice(i * JAVA_LONG.byteSize()));
      }
      check(
          operator.function(),
          launch.call(
              Objects.requireNonNull(functions.get(operator)),
              size.rows(),
              1,
              1,
              threads,
              1,
              1,
              0,
              stream,
              parameters,
              MemorySegment.NULL));
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
