package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.Geometry;
import io.inkstream.engine.kernel.LinearOperator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Operators of our own on a card, in bfloat16: `fused.ptx` and `fused_float8.ptx`, which the
/// card's driver compiles when they are loaded, and [CudaProducts]. It wants a card's context in
/// the calling thread, as ONNX Runtime leaves it there, and runs that take turns.
final class CudaKernels implements FusedKernels {
  private static final int MOST_PARAMETERS = 32;

  private final CudaCalls driver;
  private final CudaProducts products;
  private final long launch;
  private final long stream;
  private final MemorySegment values; // of a launch
  private final MemorySegment parameters; // where these are
  private final Map<FusedOperator, Long> functions = new EnumMap<>(FusedOperator.class);

  private CudaKernels(CudaCalls driver, CudaProducts products, long stream) {
    this.driver = driver;
    this.products = products;
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
  /// @param measured whether products may be measured
  /// @throws EngineException if the card or its driver does not take them
  static CudaKernels load(long stream, boolean measured) {
    var driver = CudaCalls.load();
    var products = CudaProducts.load(driver, stream, measured);
    var kernels = new CudaKernels(driver, products, stream);
    kernels.load("fused", false);
    if (products.multiplyFloat8()) {
      kernels.load("fused_float8", true);
    }
    return kernels;
  }

  private void load(String name, boolean float8) {
    long module = driver.module(name);
    for (FusedOperator operator : FusedOperator.values()) {
      if (operator.makesFloat8() == float8) {
        functions.put(operator, driver.function(module, operator.function()));
      }
    }
  }

  @Override
  public void run(FusedOperator operator, Geometry size, long[] addresses) {
    int at = addresses.length;
    MemorySegment.copy(addresses, 0, values, JAVA_LONG, 0, at);
    for (int number : new int[] {size.image(), size.text(), size.width(), size.head()}) {
      values.setAtIndex(JAVA_LONG, at++, number);
    }
    long function = Objects.requireNonNull(functions.get(operator), operator.function());
    driver.check(operator.function(), launch(function, size.rows(), size.threads()));
  }

  /// The extents of the grid and of a block, bytes of shared memory, the stream, where the
  /// parameters' addresses are, further options.
  private long launch(long function, int blocks, int threads) {
    return NativeCalls.call(
        launch, function, blocks, 1, 1, threads, 1, 1, 0, stream, parameters.address(), 0);
  }

  @Override
  public void multiply(LinearOperator.Rows product, long[] addresses) {
    products.run(product, addresses);
  }

  @Override
  public void multiply(
      LinearOperator.Rows first, long[] ofFirst, LinearOperator.Rows second, long[] ofSecond) {
    products.run(first, ofFirst, second, ofSecond);
  }

  @Override
  public boolean multiplyFloat8() {
    return products.multiplyFloat8();
  }
}
