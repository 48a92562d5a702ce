package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.Geometry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The [FusedOperator]s on a card, in bfloat16: `fused.ptx`, which the card's driver compiles when
/// it is loaded. It wants a card's context in the calling thread, as ONNX Runtime leaves it there,
/// and runs that take turns.
final class CudaKernels implements FusedKernels {
  private static final String LIBRARY = "libcuda.so.1";
  private static final String PTX = "/io/inkstream/engine/kernel/fused.ptx";
  private static final int MOST_PARAMETERS = 32;

  private final NativeLibrary driver;
  private final long launch;
  private final long stream;
  private final MemorySegment values; // of a launch
  private final MemorySegment parameters; // where these are
  private final Map<FusedOperator, Long> functions = new EnumMap<>(FusedOperator.class);

  private CudaKernels(NativeLibrary driver, long stream) {
    this.driver = driver;
    this.stream = stream;
    this.launch = driver.find("cuLaunchKernel");
    this.values = Arena.global().allocate(JAVA_LONG, MOST_PARAMETERS);
    this.parameters = Arena.global().allocate(JAVA_LONG, MOST_PARAMETERS);
    for (int i = 0; i < MOST_PARAMETERS; i++) {
      parameters.setAtIndex(JAVA_LONG, i, values.address() + i * JAVA_LONG.byteSize());
    }
  }

  /// Loads the kernels.
  ///
  /// @param stream that the runs go to
  /// @throws EngineException if the card or its driver does not take them
  static CudaKernels load(long stream) {
    NativeLibrary driver;
    try {
      driver = NativeLibrary.named(LIBRARY);
    } catch (IllegalArgumentException e) {
      throw new EngineException("device is cuda: there is no driver: " + e.getMessage(), e);
    }
    var kernels = new CudaKernels(driver, stream);
    kernels.load();
    return kernels;
  }

  private void load() {
    try (var arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      call("cuModuleLoadData", out.address(), CText.of(ptx(), arena));
      long module = out.toArray(JAVA_LONG)[0];
      for (FusedOperator operator : FusedOperator.values()) {
        long name = CText.of(operator.function(), arena);
        call("cuModuleGetFunction", out.address(), module, name);
        functions.put(operator, out.toArray(JAVA_LONG)[0]);
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
    long function = Objects.requireNonNull(functions.get(operator));
    check(operator.function(), launch(function, size.rows(), size.threads()));
  }

  /// The extents of the grid and of a block, bytes of shared memory, the stream, where the
  /// parameters' addresses are, further options.
  private long launch(long function, int blocks, int threads) {
    return NativeCalls.call(
        launch, function, blocks, 1, 1, threads, 1, 1, 0, stream, parameters.address(), 0);
  }

  private void call(String name, long... arguments) {
    check(name, driver.call(name, arguments));
  }

  private void check(String what, long result) {
    int error = (int) result;
    if (error != 0) {
      try (var arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(JAVA_LONG);
        driver.call("cuGetErrorString", error, out.address());
        long text = out.toArray(JAVA_LONG)[0];
        String why = text == 0 ? "unknown error" : CText.at(text);
        throw new EngineException("%s failed: %s (%d)".formatted(what, why, error));
      }
    }
  }
}
