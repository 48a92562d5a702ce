package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.inkstream.engine.runtime.NativeSession.Place;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// ONNX Runtime on a device, through the library's C API: one environment, one stream of runs that
/// all sessions share, and tensors that stay on the device between them.
///
/// The host gives a whole forward to the device without waiting for any part of it. Requests at the
/// same time are safe; their runs take turns.
public final class DeviceRuntime implements OnnxRuntime {
  private static final int ERRORS = 3; // ORT_LOGGING_LEVEL_ERROR
  private static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

  private final OrtApi api;
  private final RuntimeSettings settings;
  private final MemorySegment environment;
  private final DeviceDriver driver;
  private final Traffic traffic = new Traffic();
  // Guarded by this.
  private final Map<DType, MemorySegment> operators = new EnumMap<>(DType.class);
  private final Place onDevice;
  private final Place onHost;
  private final SessionOptions options;

  private DeviceRuntime(OrtApi api, RuntimeSettings settings, DeviceDriver driver) {
    this.api = api;
    this.settings = settings;
    this.driver = driver;
    this.environment = environment();
    boolean cuda = settings.device().device() == Device.CUDA;
    this.onDevice =
        new Place(
            place(cuda ? "Cuda" : "Cpu"),
            driver,
            traffic,
            cuda ? "gpu:0" : "cpu:0",
            new ReentrantLock());
    this.onHost = new Place(place("Cpu"), null, traffic, "cpu:0", new ReentrantLock());
    this.options = new SessionOptions(api, settings.device(), driver.stream(), this::operators);
  }

  /// @throws EngineException if a library is missing or foreign, there is no such device, or this
  ///   is a native executable
  static DeviceRuntime start(RuntimeSettings settings) {
    if (System.getProperty(IMAGE_CODE) != null) {
      throw new EngineException(
          "device is %s, must be cpu: a native executable calls no library of C"
              .formatted(settings.device().device()));
    }
    Path library = DeviceLibraries.find(settings.device());
    DeviceDriver driver =
        switch (settings.device().device()) {
          case CUDA -> CudaDriver.start();
          case EMULATED -> new EmulatedDriver();
          case CPU -> throw new IllegalArgumentException("the processor is no device");
        };
    var runtime = new DeviceRuntime(OrtApi.load(library), settings, driver);
    runtime.options.check();
    return runtime;
  }

  private MemorySegment environment() {
    MemorySegment threading = api.create(OrtFunction.CREATE_THREADING_OPTIONS);
    try {
      api.call(OrtFunction.SET_INTRA_OP_THREADS, threading, settings.effectiveThreads());
      api.call(OrtFunction.SET_INTER_OP_THREADS, threading, 1);
      api.call(OrtFunction.SET_SPIN_CONTROL, threading, settings.spinning() ? 1 : 0);
      MemorySegment name = Arena.global().allocateFrom("inkstream");
      return api.create(OrtFunction.CREATE_ENV_WITH_GLOBAL_POOLS, ERRORS, name, threading);
    } finally {
      api.release(OrtFunction.RELEASE_THREADING_OPTIONS, threading);
    }
  }

  private synchronized Optional<MemorySegment> operators(DType element) {
    return runsFusedOperators(element)
        ? Optional.of(operators.computeIfAbsent(element, this::newOperators))
        : Optional.empty();
  }

  private MemorySegment newOperators(DType element) {
    try {
      var runs = OperatorRuns.of(api, driver.kernels());
      boolean cuda = settings.device().device() == Device.CUDA;
      String provider = cuda ? "CUDAExecutionProvider" : "CPUExecutionProvider";
      return CustomOperators.domain(provider, ElementType.number(element), runs);
    } catch (EngineException e) {
      throw new EngineException(
          "the fused kernels do not load: " + e.getMessage() + "; fused-kernels=false goes without",
          e);
    }
  }

  private MemorySegment place(String name) {
    try (var arena = Arena.ofConfined()) {
      // A device allocator, device 0, its default memory.
      return api.create(OrtFunction.CREATE_MEMORY_INFO, arena.allocateFrom(name), 0, 0, 0);
    }
  }

  @Override
  public String version() {
    return api.version();
  }

  @Override
  public int threads() {
    return settings.effectiveThreads();
  }

  @Override
  public Optional<DeviceRuntime> device() {
    return Optional.of(this);
  }

  /// The device's memory, for the tensors of that type that stay on it.
  public DeviceMemory memory(DType element) {
    return new DeviceMemory(driver, element, traffic);
  }

  /// Which one it is.
  public Device kind() {
    return settings.device().device();
  }

  /// Whether sessions on the device know the operators of `kernel.FusedOperator` for tensors of
  /// that type. On a card they compute in bfloat16 alone.
  public boolean runsFusedOperators(DType element) {
    return settings.device().fusedKernels() && (kind() != Device.CUDA || element == DType.BF16);
  }

  /// @throws IllegalArgumentException if the device's kernels do not know the element type
  public void requireRuns(Precision.OnDevice precision) {
    if (precision.element() == DType.BF16 && kind() != Device.CUDA) {
      throw new IllegalArgumentException(
          "dtype is bf16, must be fp32 on " + kind() + ": its kernels know no bf16");
    }
  }

  /// What it is, for people: `NVIDIA H100 80GB HBM3`.
  public String name() {
    return driver.name();
  }

  /// Bytes of the device that may be used: all that are free, or fewer if the settings say so.
  public long budget() {
    return Math.min(driver.freeBytes(), settings.device().memory().orElse(Long.MAX_VALUE));
  }

  /// Bytes of the device that are taken now, by anybody.
  public long usedBytes() {
    return driver.totalBytes() - driver.freeBytes();
  }

  /// Waits until the device has done all that it was given.
  public void synchronize() {
    driver.synchronize();
  }

  /// What went between host and device so far, weights not counted. Downloads include the time that
  /// the host waited for the results.
  public record Copies(long upBytes, long upNanos, long downBytes, long downNanos) {}

  public Copies copies() {
    return traffic.copies();
  }

  @Override
  public Subgraph load(String name, byte[] model, Path weightsFolder, SessionSettings session) {
    Place place = session.onHost() ? onHost : onDevice;
    return new DeviceSubgraph(open(name, model, Optional.of(weightsFolder), session, place));
  }

  /// Makes one session of a block whose weights are inputs, and a subgraph for each block.
  ///
  /// @param weights of each block by the inputs' names, all of one form
  /// @param resident how many blocks keep their weights on the device; those of the others come
  ///   from the host whenever they run
  /// @throws EngineException if the library refuses the model, or the device is too small
  public List<Subgraph> loadBlocks(
      String name,
      byte[] model,
      List<Map<String, WeightSource>> weights,
      int resident,
      SessionSettings session) {
    var shared = open(name, model, Optional.empty(), session, onDevice);
    return SharedBlocks.load(shared, weights, resident);
  }

  /// Bytes of the device that a block's weights take.
  public static long blockBytes(Map<String, WeightSource> weights) {
    return SlotLoader.slotBytes(weights);
  }

  /// Blocks that take turns where not all fit.
  public static int turns() {
    return SharedBlocks.TURNS;
  }

  private NativeSession open(
      String name,
      byte[] model,
      Optional<Path> weightsFolder,
      SessionSettings session,
      Place place) {
    MemorySegment made = options.make(weightsFolder, session);
    try (var arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, model);
      MemorySegment pointer =
          api.create(
              OrtFunction.CREATE_SESSION_FROM_ARRAY, environment, bytes, (long) model.length, made);
      return NativeSession.of(name, api, pointer, place, session.keepMemory());
    } catch (EngineException e) {
      throw new EngineException(name + " does not load: " + e.getMessage(), e);
    } finally {
      api.release(OrtFunction.RELEASE_SESSION_OPTIONS, made);
    }
  }
}
