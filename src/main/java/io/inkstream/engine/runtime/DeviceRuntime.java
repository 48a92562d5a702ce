package io.inkstream.engine.runtime;

import io.inkstream.engine.device.CardDriver;
import io.inkstream.engine.device.Copies;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceDriver;
import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.device.EmulatedDriver;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.device.NativeCalls;
import io.inkstream.engine.device.PoolFunctions;
import io.inkstream.engine.device.SweptStack;
import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime on a device: one stream of runs that all sessions share, and tensors that stay on
/// the device between them.
///
/// The host gives a whole forward to the device without waiting for any part of it, unless what
/// runs the sessions there has a stream of its own. Requests at the same time are safe; their runs
/// take turns.
public final class DeviceRuntime implements OnnxRuntime {
  private final OrtLibrary library;
  private final HostRuntime host;
  private final DeviceSettings settings;
  private final DeviceDriver driver;
  private final DeviceQueue queue;
  private final DeviceProvider provider;
  private final DeviceTuning tuning;
  private final long allocator; // the pool as the library's `OrtAllocator`; 0 if it is not one
  // Guarded by this.
  private final Map<DType, Long> operators = new EnumMap<>(DType.class);
  private @Nullable FusedKernels kernels;

  DeviceRuntime(
      OrtLibrary library, DeviceSettings settings, DeviceDriver driver, DeviceProvider provider) {
    this.library = library;
    this.host = HostRuntime.start(library);
    this.settings = settings;
    this.driver = driver;
    this.provider = provider;
    this.queue = new DeviceQueue(driver, provider.isInStream());
    this.tuning = DeviceTuning.of(settings.options());
    var functions = new PoolFunctions(queue.pool(), this::swept);
    this.allocator = tuning.pool() ? functions.table(provider.place().memory()) : 0;
  }

  /// @throws EngineException if a library is missing or foreign, there is no such device, or this
  ///   is a native executable
  static DeviceRuntime start(RuntimeSettings settings) {
    Device device = settings.device();
    if (NativeCalls.IN_IMAGE) {
      throw new EngineException(
          ("device is %s, must be cpu, openvino, tensorrt or coreml: C cannot call back into a"
                  + " native executable")
              .formatted(device));
    }
    var library = OrtLibrary.of(settings);
    var driver = driver(settings.deviceSettings());
    var provider = provider(library.api(), settings, driver);
    return new DeviceRuntime(library, settings.deviceSettings(), driver, provider);
  }

  private static DeviceDriver driver(DeviceSettings settings) {
    return switch (settings.device().kind()) {
      case CUDA, MIGRAPHX -> CardDriver.start(settings.device());
      case EMULATED -> new EmulatedDriver(settings.memory());
      case CPU, OPENVINO, TENSORRT, COREML -> throw hostOnly(settings.device());
    };
  }

  private static DeviceProvider provider(
      OrtApi api, RuntimeSettings settings, DeviceDriver driver) {
    return switch (settings.device().kind()) {
      case CUDA -> CudaProvider.start(api, settings.deviceSettings(), driver.stream());
      case MIGRAPHX -> MigraphXProvider.start(api, settings);
      case EMULATED -> new EmulatedProvider(Place.host(api), false);
      case CPU, OPENVINO, TENSORRT, COREML -> throw hostOnly(settings.device());
    };
  }

  private static IllegalArgumentException hostOnly(Device device) {
    return new IllegalArgumentException(device + " has no memory of its own");
  }

  private MemorySegment swept(MemorySegment function) {
    return tuning.sweptStack() ? SweptStack.after(function) : function;
  }

  private synchronized long operators(DType element, String provider) {
    return operators.computeIfAbsent(element, _ -> newOperators(element, provider));
  }

  private synchronized FusedKernels kernels() {
    if (kernels == null) {
      try {
        kernels = driver.kernels(!settings.deterministic());
      } catch (EngineException e) {
        throw new EngineException(
            "the fused kernels do not load: "
                + e.getMessage()
                + "; fused-kernels=false goes without",
            e);
      }
    }
    return kernels;
  }

  private long newOperators(DType element, String provider) {
    var runs = new OperatorRuns(library.api(), kernels());
    return CustomOperators.domain(provider, element, runs, this::swept);
  }

  @Override
  public String version() {
    return library.api().version();
  }

  @Override
  public Device device() {
    return settings.device();
  }

  @Override
  public int threads() {
    return library.threads().count();
  }

  @Override
  public boolean knowsNewOperators() {
    return provider.knowsNewOperators();
  }

  @Override
  public Optional<DeviceRuntime> onDevice() {
    return Optional.of(this);
  }

  @Override
  public Optional<LostDeviceException> loss() {
    return driver.loss().map(why -> new LostDeviceException(device(), why));
  }

  /// What drives the device.
  DeviceDriver driver() {
    return driver;
  }

  /// The device's memory, for the tensors of that type that stay on it.
  public DeviceMemory memory(DType element) {
    return new DeviceMemory(queue, element);
  }

  DeviceQueue queue() {
    return queue;
  }

  /// Whether sessions on the device know the operators of `kernel.FusedOperator` for tensors of
  /// that type.
  public boolean runsFusedOperators(DType element) {
    return fusing(element).isPresent();
  }

  private Optional<String> fusing(DType element) {
    return settings.fusedKernels() ? provider.forOperators(element) : Optional.empty();
  }

  /// Whether such sessions are to make products by operators of our own.
  public boolean multiplies() {
    return tuning.products();
  }

  /// Whether they are to multiply numbers of 8 bits, `F8_E4M3`, and can.
  ///
  /// @throws EngineException if the kernels do not load
  public boolean multipliesFloat8(DType element) {
    return tuning.float8() && runsFusedOperators(element) && kernels().multiplyFloat8();
  }

  /// @throws IllegalArgumentException if the device's kernels do not know the element type
  public void requireRuns(Precision.OnDevice precision) {
    if (!provider.takes(precision.element())) {
      throw new IllegalArgumentException(
          "dtype is bf16, must be fp32 on " + device() + ": its kernels know no bf16");
    }
  }

  /// What it is, for people: `NVIDIA H100 80GB HBM3`.
  public String name() {
    return driver.name();
  }

  /// Bytes of the device that may be used: all that are free, or fewer if the settings say so.
  public long budget() {
    return Math.min(driver.freeBytes(), settings.memory().orElse(Long.MAX_VALUE));
  }

  /// Bytes of the device that may still be taken.
  long freeBytes() {
    long left = settings.memory().orElse(Long.MAX_VALUE) - queue.pool().ownBytes();
    return Math.max(0, Math.min(driver.freeBytes(), left));
  }

  /// The room beside the weights of a model that is about to be loaded.
  ///
  /// @param planned bytes of it
  /// @param usual bytes that a picture of the usual size takes
  /// @param passing bytes of weights that come while a picture is drawn
  public ModelRoom room(long planned, long usual, long passing) {
    return new ModelRoom(this, queue.pool(), planned, usual, passing);
  }

  /// Bytes of the device that are taken now, by anybody.
  public long usedBytes() {
    return driver.totalBytes() - driver.freeBytes();
  }

  /// Bytes of the device that this process has taken for weights and runs.
  public long ownBytes() {
    return queue.pool().ownBytes();
  }

  /// Bytes of the device that hold weights for the blocks that run there.
  public long weightBytes() {
    return queue.pool().ownBytes() - queue.pool().takenBytes() - queue.pool().idleBytes();
  }

  /// Bytes of the device that are kept for the next run and that a run may have.
  public long idleBytes() {
    return queue.pool().idleBytes();
  }

  /// Bytes of blocks' weights that came from the host so far.
  public long weightsFromHost() {
    return queue.traffic().weightsUpBytes();
  }

  /// Bytes of blocks' weights that came from other devices so far.
  public long weightsFromDevices() {
    return queue.traffic().weightsAcrossBytes();
  }

  /// What went between host and device so far.
  public Copies copies() {
    return queue.traffic().copies();
  }

  @Override
  public Subgraph load(SessionGraph graph, SessionSettings session) {
    return session.onHost()
        ? host.load(graph, session)
        : new DeviceSubgraph(open(graph, session), queue);
  }

  @Override
  public List<Subgraph> loadHostBlocks(
      BlockGraph blocks, SessionSettings session, WeightSlots slots, boolean staying) {
    return host.loadHostBlocks(blocks, session, slots, staying);
  }

  /// Makes a session that is on the device only while it runs.
  ///
  /// @throws EngineException if the library refuses the graph
  public Subgraph loadPassing(SessionGraph graph, SessionSettings session) {
    return new PassingSubgraph(() -> load(graph, session), queue);
  }

  /// Makes one session on the device, and a subgraph for each block.
  ///
  /// @param resident how many blocks keep their weights on the device; those of the others come
  ///   from the host whenever they run
  /// @param pinned whether those lie in page-locked memory of the host
  /// @throws EngineException if the library refuses the graph, or the device or the host is too
  ///   small
  public List<Subgraph> loadBlocks(
      BlockGraph blocks, int resident, boolean pinned, SessionSettings session) {
    return loadForms(List.of(blocks), resident, pinned, session).getFirst();
  }

  /// Makes a session for each of several graphs that run the same blocks, whose weights are on the
  /// device once for all of them.
  ///
  /// @param forms each with some or all of the weights of a block
  /// @param resident how many blocks keep their weights on the device; those of the others come
  ///   from the host whenever they run
  /// @param pinned whether those lie in page-locked memory of the host
  /// @return of each graph a subgraph for each block
  /// @throws EngineException if the library refuses a graph, or the device or the host is too small
  public List<List<Subgraph>> loadForms(
      List<BlockGraph> forms, int resident, boolean pinned, SessionSettings session) {
    var shared = load(forms, resident, pinned, session, () -> Long.MAX_VALUE);
    return IntStream.range(0, forms.size()).mapToObj(shared::subgraphs).toList();
  }

  /// The same with blocks that may leave the device.
  ///
  /// @param room where they lodge
  public List<Subgraph> loadLodgers(
      BlockGraph blocks, int resident, boolean pinned, SessionSettings session, ModelRoom room) {
    var lodgers = load(List.of(blocks), resident, pinned, session, room::spare);
    room.add(lodgers);
    return lodgers.subgraphs(0);
  }

  private SharedBlocks load(
      List<BlockGraph> forms,
      int resident,
      boolean pinned,
      SessionSettings session,
      LongSupplier room) {
    var weights = BlockGraph.together(forms);
    return SharedBlocks.load(openAll(forms, session), queue, weights, resident, pinned, room);
  }

  private List<NativeSession> openAll(List<BlockGraph> forms, SessionSettings session) {
    List<NativeSession> opened = new ArrayList<>();
    try {
      forms.forEach(form -> opened.add(open(form.graph(), session)));
      return opened;
    } catch (EngineException e) {
      opened.forEach(NativeSession::close);
      throw e;
    }
  }

  /// Bytes of the device that a block's weights take.
  public static long blockBytes(Map<String, WeightSource> weights) {
    return SlotLoader.slotBytes(weights);
  }

  /// Blocks that take turns where not all fit.
  public static int turns() {
    return SharedBlocks.TURNS;
  }

  private NativeSession open(SessionGraph graph, SessionSettings session) {
    var kept = tuning.pool() ? session.kept() : session; // a pool keeps it, and no arena
    NativeSession opened;
    synchronized (library) { // or it takes the allocator that another device has just registered
      opened = library.open(graph, kept, provider.place(), options -> append(options, session));
    }
    try {
      queue.pool().throwIfRefused();
      return opened;
    } catch (EngineException e) {
      opened.close();
      throw e;
    }
  }

  private void append(long sessionOptions, SessionSettings session) {
    OrtApi api = library.api();
    if (allocator != 0) {
      // The last that was registered is what new sessions take.
      api.call(OrtFunction.REGISTER_ALLOCATOR, library.environment(), allocator);
      api.set(OrtFunction.ADD_SESSION_CONFIG, sessionOptions, "session.use_env_allocators", "1");
    }
    if (!tuning.memoryPattern()) {
      api.call(OrtFunction.DISABLE_MEMORY_PATTERN, sessionOptions);
    }
    if (settings.deterministic()) {
      api.call(OrtFunction.SET_DETERMINISTIC_COMPUTE, sessionOptions, 1);
    }
    DType element = session.precision().element();
    fusing(element)
        .map(name -> operators(element, name))
        .ifPresent(domain -> api.call(OrtFunction.ADD_CUSTOM_OP_DOMAIN, sessionOptions, domain));
    provider.appendTo(sessionOptions, session.tf32());
  }
}
