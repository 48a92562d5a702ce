package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.LinearOperator;
import io.inkstream.engine.kernel.LinearOperator.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The [LinearOperator]s by cuBLASLt, into bfloat16. How a product of some extents is made, of
/// several ways that the library names, is measured when it comes for the first time. For runs that
/// take turns.
///
/// The library counts matrices by columns, so the weight `[out, in]` is its first factor,
/// transposed, the value `[rows, in]` the second, and `[rows, out]` comes out.
final class CudaProducts {
  // The newest first: ONNX Runtime has loaded one of them.
  private static final List<String> NAMES = List.of("libcublasLt.so.13", "libcublasLt.so.12");
  private static final long WORKSPACE = 32L << 20;
  private static final int BYTES_OF_BF16 = 2;
  private static final int FEW_ROWS = 1024; // a text's: not worth a measurement for each length
  private static final int WAYS = 6;
  private static final int TRIALS = 4;
  private static final int NON_BLOCKING = 1;
  private static final int FIRST_OF_ALL = -1; // its few blocks begin before the other's many
  private static final int WITHOUT_TIMING = 2;

  private final NativeLibrary library;
  private final CudaCalls driver;
  private final boolean measured;
  private final long recordEvent;
  private final long waitEvent;
  private final Lane own;
  private final Lane beside;
  private final long matmul;
  private final long setAttribute;
  private final long handle;
  private final long preference;
  private final MemorySegment one = Arena.global().allocateFrom(JAVA_FLOAT, 1f);
  private final MemorySegment zero = Arena.global().allocateFrom(JAVA_FLOAT, 0f);
  private final MemorySegment pointer = Arena.global().allocate(JAVA_LONG);
  // As many as there are sizes of pictures and lengths of prompts, some hundred bytes each.
  private final Map<Rows, Plan> plans = new HashMap<>();
  private final boolean float8;

  private CudaProducts(NativeLibrary library, CudaCalls driver, long stream, boolean measured) {
    this.library = library;
    this.driver = driver;
    this.measured = measured;
    this.matmul = library.find("cublasLtMatmul");
    this.setAttribute = library.find("cublasLtMatmulDescSetAttribute");
    this.handle = get("cublasLtCreate");
    this.preference = get("cublasLtMatmulPreferenceCreate");
    this.recordEvent = driver.find("cuEventRecord");
    this.waitEvent = driver.find("cuStreamWaitEvent");
    this.own = new Lane(stream);
    this.beside = new Lane(driver.get("cuStreamCreateWithPriority", NON_BLOCKING, FIRST_OF_ALL));
    setPreference();
    this.float8 =
        library.call("cublasLtGetVersion") >= Lt.FIRST_WITH_SCALES_OF_ROWS
            && isTaken(new Rows(LinearOperator.LINEAR_FLOAT8, 256, 256, 256, 0));
  }

  /// @throws EngineException if the library is not there
  static CudaProducts load(CudaCalls driver, long stream, boolean measured) {
    List<String> reasons = new ArrayList<>();
    for (String name : NAMES) {
      try {
        return new CudaProducts(NativeLibrary.named(name), driver, stream, measured);
      } catch (IllegalArgumentException | EngineException e) { // not there, or not for this driver
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    throw new EngineException("device is cuda: no cuBLASLt: " + String.join("; ", reasons));
  }

  /// Whether the card and the library multiply numbers of 8 bits with a scale for each row.
  boolean multiplyFloat8() {
    return float8;
  }

  /// Whether the library has a way to it on this card.
  private boolean isTaken(Rows product) {
    try (var arena = Arena.ofConfined()) {
      return !ways(descriptors(product), 1, arena).isEmpty();
    }
  }

  /// @param addresses of the operator's inputs, then of its output
  void run(Rows product, long[] addresses) {
    run(product, addresses, own);
  }

  /// Two products, of which the second runs beside the first where it is of a few rows: it waits
  /// for its weights, not for the card. Both are over before what the stream is given next.
  void run(Rows first, long[] ofFirst, Rows second, long[] ofSecond) {
    if (second.rows() >= FEW_ROWS) {
      run(first, ofFirst);
      run(second, ofSecond);
      return;
    }
    beside.waitFor(own);
    try {
      run(second, ofSecond, beside);
      run(first, ofFirst, own);
    } finally {
      own.waitFor(beside); // who frees the operands does so on this stream
    }
  }

  private void run(Rows product, long[] addresses, Lane lane) {
    Plan plan = plans.get(product);
    if (plan == null) {
      plan = plan(product, addresses);
      plans.put(product, plan);
    }
    run(plan.descriptors, plan.way, addresses, lane);
  }

  /// A stream of products, and what they need beside their operands.
  private final class Lane {
    final long stream;
    final long workspace = driver.get("cuMemAlloc_v2", WORKSPACE);
    final long mark = driver.get("cuEventCreate", WITHOUT_TIMING);

    Lane(long stream) {
      this.stream = stream;
    }

    /// Its products to come wait for what the other has been given.
    void waitFor(Lane other) {
      driver.check("cuEventRecord", NativeCalls.call(recordEvent, other.mark, other.stream));
      driver.check("cuStreamWaitEvent", NativeCalls.call(waitEvent, stream, other.mark, 0));
    }
  }

  /// A product's descriptors, and the library's way to it.
  private record Plan(Descriptors descriptors, MemorySegment way) {}

  /// What the library knows of a product.
  private final class Descriptors {
    final Rows product;
    final boolean scaled; // both factors have a scale for each row
    final boolean biased; // a bias and the activation follow
    final long matmul = get("cublasLtMatmulDescCreate", Lt.COMPUTE_FLOAT32, Lt.FLOAT32);
    final long weight;
    final long value;
    final long out;

    Descriptors(Rows product) {
      this.product = product;
      this.scaled = product.operator() == LinearOperator.LINEAR_FLOAT8;
      this.biased = product.operator() == LinearOperator.LINEAR_GELU;
      int type = scaled ? Lt.FLOAT8 : Lt.BFLOAT16;
      this.weight = layout(type, product.in(), product.out());
      this.value = layout(type, product.in(), product.rows());
      this.out = layout(Lt.BFLOAT16, product.out(), product.rows());
    }

    private long layout(int type, long rows, long columns) {
      return get("cublasLtMatrixLayoutCreate", type, rows, columns, rows);
    }
  }

  private Descriptors descriptors(Rows product) {
    var descriptors = new Descriptors(product);
    set(descriptors, Lt.TRANSPOSE_A, 1);
    if (descriptors.biased) {
      set(descriptors, Lt.EPILOGUE, Lt.GELU_OF_BIASED);
      setPointer(descriptors, Lt.BIAS, own.workspace); // not looked at until it runs
    }
    if (descriptors.scaled) {
      set(descriptors, Lt.SCALES_OF_A, Lt.SCALE_FOR_EACH_ROW);
      set(descriptors, Lt.SCALES_OF_B, Lt.SCALE_FOR_EACH_ROW);
      setByte(descriptors, Lt.FAST_SUMS, 1);
      setPointer(descriptors, Lt.SCALE_OF_A, own.workspace); // without one, no way is named
      setPointer(descriptors, Lt.SCALE_OF_B, own.workspace);
    }
    return descriptors;
  }

  private void run(Descriptors d, MemorySegment way, long[] addresses, Lane lane) {
    long value = addresses[0] + (long) d.product.first() * d.product.in() * BYTES_OF_BF16;
    long weight = addresses[d.scaled ? 2 : 1];
    if (d.scaled) {
      setPointer(d, Lt.SCALE_OF_A, addresses[3]);
      setPointer(d, Lt.SCALE_OF_B, addresses[1]);
    }
    if (d.biased) {
      setPointer(d, Lt.BIAS, addresses[2]);
    }
    long out = addresses[addresses.length - 1];
    check(
        "cublasLtMatmul",
        NativeCalls.call(
            matmul,
            handle,
            d.matmul,
            one.address(),
            weight,
            d.weight,
            value,
            d.value,
            zero.address(),
            out,
            d.out,
            out,
            d.out,
            way.address(),
            lane.workspace,
            WORKSPACE,
            lane.stream));
  }

  private Plan plan(Rows product, long[] addresses) {
    Descriptors descriptors = descriptors(product);
    try (var arena = Arena.ofConfined()) {
      boolean tried = measured && product.rows() >= FEW_ROWS;
      List<MemorySegment> ways = ways(descriptors, tried ? WAYS : 1, arena);
      if (ways.isEmpty()) {
        throw new EngineException("cuBLASLt knows no way to " + product);
      }
      MemorySegment best = fastest(descriptors, ways, addresses);
      return new Plan(descriptors, Arena.global().allocateFrom(JAVA_LONG, best.toArray(JAVA_LONG)));
    }
  }

  private MemorySegment fastest(Descriptors descriptors, List<MemorySegment> ways, long[] tensors) {
    MemorySegment best = ways.getFirst();
    if (ways.size() > 1) {
      float least = Float.MAX_VALUE;
      for (MemorySegment way : ways) {
        run(descriptors, way, tensors, own);
        float time = time(descriptors, way, tensors);
        if (time < least) {
          least = time;
          best = way;
        }
      }
    }
    return best;
  }

  /// Milliseconds of the card.
  private float time(Descriptors descriptors, MemorySegment way, long[] tensors) {
    long begin = driver.get("cuEventCreate", 0);
    long end = driver.get("cuEventCreate", 0);
    try (var arena = Arena.ofConfined()) {
      driver.call("cuEventRecord", begin, own.stream);
      for (int i = 0; i < TRIALS; i++) {
        run(descriptors, way, tensors, own);
      }
      driver.call("cuEventRecord", end, own.stream);
      driver.call("cuEventSynchronize", end);
      MemorySegment time = arena.allocate(JAVA_FLOAT);
      driver.call("cuEventElapsedTime", time.address(), begin, end);
      return time.get(JAVA_FLOAT, 0);
    } finally {
      driver.call("cuEventDestroy_v2", begin);
      driver.call("cuEventDestroy_v2", end);
    }
  }

  /// The library's ways to a product, those that it thinks best first.
  private List<MemorySegment> ways(Descriptors d, int most, Arena arena) {
    MemorySegment results = arena.allocate(Lt.RESULT_BYTES * most, Long.BYTES);
    MemorySegment count = arena.allocate(JAVA_INT);
    int error =
        (int)
            library.call(
                "cublasLtMatmulAlgoGetHeuristic",
                handle,
                d.matmul,
                d.weight,
                d.value,
                d.out,
                d.out,
                preference,
                most,
                results.address(),
                count.address());
    List<MemorySegment> ways = new ArrayList<>();
    for (int i = 0; error == 0 && i < count.get(JAVA_INT, 0); i++) {
      MemorySegment result = results.asSlice(i * Lt.RESULT_BYTES, Lt.RESULT_BYTES);
      if (result.get(JAVA_INT, Lt.STATE_AT) == 0) {
        ways.add(result.asSlice(0, Lt.WAY_BYTES));
      }
    }
    return ways;
  }

  private void setPreference() {
    pointer.set(JAVA_LONG, 0, WORKSPACE);
    call(
        "cublasLtMatmulPreferenceSetAttribute",
        preference,
        Lt.MOST_WORKSPACE,
        pointer.address(),
        Long.BYTES);
  }

  private void set(Descriptors descriptors, int attribute, int value) {
    pointer.set(JAVA_INT, 0, value);
    set(descriptors, attribute, (long) Integer.BYTES);
  }

  private void setByte(Descriptors descriptors, int attribute, int value) {
    pointer.set(JAVA_INT, 0, value);
    set(descriptors, attribute, (long) Byte.BYTES);
  }

  private void setPointer(Descriptors descriptors, int attribute, long address) {
    pointer.set(JAVA_LONG, 0, address);
    set(descriptors, attribute, (long) Long.BYTES);
  }

  private void set(Descriptors descriptors, int attribute, long bytes) {
    check(
        "cublasLtMatmulDescSetAttribute " + attribute,
        NativeCalls.call(setAttribute, descriptors.matmul, attribute, pointer.address(), bytes));
  }

  private long get(String name, long... rest) {
    return NativeCalls.first(arguments -> call(name, arguments), rest);
  }

  private void call(String name, long... arguments) {
    check(name, library.call(name, arguments));
  }

  private static void check(String what, long result) {
    int error = (int) result;
    if (error != 0) {
      throw new EngineException("%s failed: cuBLAS status %d".formatted(what, error));
    }
  }

  /// Numbers of `cublasLt.h` and `library_types.h`.
  private static final class Lt {
    static final int FIRST_WITH_SCALES_OF_ROWS =
        120_900; // 12.9: an older one knows no such attribute

    static final int COMPUTE_FLOAT32 = 68;
    static final int FLOAT32 = 0;
    static final int BFLOAT16 = 14;
    static final int FLOAT8 = 28; // e4m3

    // Attributes of a product.
    static final int TRANSPOSE_A = 3;
    static final int EPILOGUE = 7;
    static final int BIAS = 8;
    static final int SCALE_OF_A = 17;
    static final int SCALE_OF_B = 18;
    static final int FAST_SUMS = 25;
    static final int SCALES_OF_A = 31;
    static final int SCALES_OF_B = 32;

    static final int GELU_OF_BIASED = 36;
    static final int SCALE_FOR_EACH_ROW = 3; // OUTER_VEC_32F
    static final int MOST_WORKSPACE = 1; // of a preference

    // cublasLtMatmulHeuristicResult_t: the way, its workspace, its state, waves, reserved.
    static final long WAY_BYTES = 64;
    static final long STATE_AT = 72;
    static final long RESULT_BYTES = 96;
  }
}
