package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A graphics card by way of its maker's runtime library, CUDA's or HIP.
///
/// Weights go through two page-locked buffers in turn: one is filled from the mapped file while the
/// other is on its way.
public final class CardDriver implements DeviceDriver {
  private static final int HOST_TO_DEVICE = 1;
  private static final int DEVICE_TO_HOST = 2;
  private static final int DEVICE_TO_DEVICE = 3;
  private static final int ANYWHERE = 4; // the driver knows by an address whose it is
  private static final int NON_BLOCKING = 1; // else a stream waits for the default one
  private static final int BLOCKING = 1; // else whoever waits for an event keeps a processor busy
  private static final int WITHOUT_TIMING = 2;
  private static final int ATTACH_GLOBAL = 1;
  private static final int PROPERTIES = 1 << 14;
  private static final long STAGE = 32L << 20;
  private static final int COPIERS = 8;

  private final CardLibrary library;
  private final int ordinal;
  private final long runs;
  private final long loads;
  private final MemorySegment[] stages = new MemorySegment[2];
  private final Mark[] staged = new Mark[2];
  private int stage;
  private final Map<Integer, Boolean> peers = new ConcurrentHashMap<>(); // whether it reaches them
  private @Nullable CudaPulls kernel; // guarded by this

  private CardDriver(CardLibrary library, int ordinal) {
    this.library = library;
    this.ordinal = ordinal;
    this.runs = get("cudaStreamCreateWithFlags", NON_BLOCKING);
    this.loads = get("cudaStreamCreateWithFlags", NON_BLOCKING);
    for (int i = 0; i < stages.length; i++) {
      stages[i] = at(get("cudaMallocHost", STAGE), STAGE);
      staged[i] = mark();
    }
  }

  /// @throws EngineException if its library is missing, or there is no such card
  public static CardDriver start(Device device) {
    return start(CardLibrary.load(CardMaker.of(device.kind())), device.ordinal());
  }

  /// By a library that is loaded.
  static CardDriver start(CardLibrary library, int ordinal) {
    Device.Kind kind = library.maker().kind();
    int cards = cards(library, kind);
    if (ordinal >= cards) {
      throw new EngineException(
          "device is %s:%d, must be %1$s:0 to %1$s:%d".formatted(kind, ordinal, cards - 1));
    }
    return new CardDriver(library, ordinal);
  }

  private static int cards(CardLibrary library, Device.Kind kind) {
    int cards;
    try {
      cards = (int) library.get("cudaGetDeviceCount");
    } catch (EngineException e) {
      throw new EngineException(
          "device is %s: there is no card: %s".formatted(kind, e.getMessage()), e);
    }
    if (cards == 0) {
      throw new EngineException("device is %s: there is no card".formatted(kind));
    }
    return cards;
  }

  /// Calls a function with this card as the calling thread's.
  private void call(String name, long... arguments) {
    library.call("cudaSetDevice", ordinal);
    library.call(name, arguments);
  }

  private long get(String name, long... rest) {
    library.call("cudaSetDevice", ordinal);
    return library.get(name, rest);
  }

  @Override
  public String name() {
    try (var arena = Arena.ofConfined()) {
      MemorySegment properties = arena.allocate(PROPERTIES); // a struct that begins with the name
      call("cudaGetDeviceProperties", properties.address(), ordinal);
      return CText.at(properties.address());
    }
  }

  @Override
  public long stream() {
    return runs;
  }

  @Override
  public FusedKernels kernels(boolean measured) {
    return switch (library.maker()) {
      case NVIDIA -> {
        library.call("cudaSetDevice", ordinal); // its context takes the kernels
        yield CudaKernels.load(runs, measured);
      }
      case AMD -> throw new EngineException("they are NVIDIA's machine code");
    };
  }

  @Override
  public long freeBytes() {
    return memory(0);
  }

  @Override
  public long totalBytes() {
    return memory(1);
  }

  private long memory(int index) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_LONG, 2);
      call("cudaMemGetInfo", both.address(), both.address() + JAVA_LONG.byteSize());
      return both.toArray(JAVA_LONG)[index];
    }
  }

  @Override
  public long allocate(long bytes) {
    try {
      return get("cudaMalloc", bytes);
    } catch (EngineException e) {
      forgetFailure();
      throw new EngineException(
          "the device has no %.2f GB, %.2f GB are free: %s"
              .formatted(bytes / 1e9, freeBytes() / 1e9, e.getMessage()),
          e);
    }
  }

  @Override
  public long spare(long bytes) {
    try {
      return get("cudaMallocManaged", bytes, ATTACH_GLOBAL); // the host's, where the card has none
    } catch (EngineException e) {
      forgetFailure();
      return loss().isEmpty() ? 0 : unreached(bytes);
    }
  }

  /// A lost card's work is refused before it touches memory, and what it had is not freed.
  private static long unreached(long bytes) {
    return NativeLibrary.ofProcess().call("malloc", bytes);
  }

  /// Or the next one who asks for the last failure would take it for its own.
  private void forgetFailure() {
    var _ = library.number("cudaGetLastError");
  }

  @Override
  public void free(long address) {
    giveBack("cudaFree", address);
  }

  /// What a lost card had is gone already.
  private void giveBack(String name, long what) {
    try {
      call(name, what);
    } catch (EngineException e) {
      if (loss().isEmpty()) {
        throw e;
      }
    }
  }

  @Override
  public void clear(long address, long bytes) {
    call("cudaMemsetAsync", address, 0, bytes, runs);
  }

  @Override
  public void upload(long to, MemorySegment from) {
    // From memory that may be swapped out, the library copies to a buffer of its own before it
    // returns.
    call("cudaMemcpyAsync", to, from.address(), from.byteSize(), HOST_TO_DEVICE, runs);
  }

  @Override
  public void download(MemorySegment to, long from) {
    call("cudaMemcpyAsync", to.address(), from, to.byteSize(), DEVICE_TO_HOST, runs);
    synchronize();
  }

  @Override
  public void copy(long to, long from, long bytes) {
    call("cudaMemcpyAsync", to, from, bytes, DEVICE_TO_DEVICE, runs);
  }

  @Override
  public void pull(List<Pull> pulls) {
    boolean reached = pulls.stream().allMatch(pull -> reaches(pull.from()));
    if (reached
        && pulls.size() > 1
        && library.maker() == CardMaker.NVIDIA
        && CudaPulls.take(pulls)) {
      library.call("cudaSetDevice", ordinal); // its context takes the kernel
      kernel().run(pulls, runs);
    } else {
      pulls.forEach(this::copy);
    }
  }

  private synchronized CudaPulls kernel() {
    if (kernel == null) {
      kernel = CudaPulls.load();
    }
    return kernel;
  }

  private boolean reaches(DeviceDriver from) {
    return !(from instanceof CardDriver other)
        || other == this
        || peers.computeIfAbsent(other.ordinal, this::reach);
  }

  private void copy(Pull pull) {
    call(
        "cudaMemcpy2DAsync",
        pull.to(),
        pull.pitch(),
        pull.address(),
        pull.fromPitch(),
        pull.width(),
        pull.rows(),
        ANYWHERE,
        runs);
  }

  /// Lets this card read another's memory by itself, where the two are joined; otherwise the driver
  /// copies by way of the host.
  private boolean reach(int other) {
    library.call("cudaSetDevice", ordinal);
    boolean joined = library.get("cudaDeviceCanAccessPeer", ordinal, other) == 1;
    if (joined) {
      call("cudaDeviceEnablePeerAccess", other, 0);
    }
    return joined;
  }

  @Override
  public void synchronize() {
    call("cudaStreamSynchronize", runs);
  }

  @Override
  public synchronized void load(long to, MemorySegment from) {
    for (long at = 0; at < from.byteSize(); at += STAGE) {
      long bytes = Math.min(STAGE, from.byteSize() - at);
      awaitMark(staged[stage]);
      copy(from.asSlice(at, bytes), stages[stage]);
      call("cudaMemcpyAsync", to + at, stages[stage].address(), bytes, HOST_TO_DEVICE, loads);
      markLoads(staged[stage]);
      stage = 1 - stage;
    }
  }

  @Override
  public void loadPinned(long to, MemorySegment from) {
    call("cudaMemcpyAsync", to, from.address(), from.byteSize(), HOST_TO_DEVICE, loads);
  }

  @Override
  public MemorySegment pinned(long bytes) {
    try {
      return at(get("cudaMallocHost", bytes), bytes);
    } catch (EngineException e) {
      forgetFailure();
      throw new EngineException(
          "the host has no %.2f GB to lock: %s".formatted(bytes / 1e9, e.getMessage()), e);
    }
  }

  @Override
  public void unpin(MemorySegment memory) {
    giveBack("cudaFreeHost", memory.address());
  }

  /// Copies within the host, on several threads: one reads a mapped file slower than a card takes
  /// it.
  private static void copy(MemorySegment from, MemorySegment to) {
    long part = (from.byteSize() + COPIERS - 1) / COPIERS;
    LongStream.range(0, COPIERS)
        .parallel()
        .forEach(copier -> {
          long at = Math.min(copier * part, from.byteSize());
          MemorySegment.copy(from, at, to, at, Math.min(part, from.byteSize() - at));
        });
  }

  @Override
  public Mark mark() {
    return new Mark(get("cudaEventCreateWithFlags", BLOCKING | WITHOUT_TIMING));
  }

  @Override
  public void unmark(Mark mark) {
    giveBack("cudaEventDestroy", mark.event());
  }

  @Override
  public void markRuns(Mark mark) {
    call("cudaEventRecord", mark.event(), runs);
  }

  @Override
  public void markLoads(Mark mark) {
    call("cudaEventRecord", mark.event(), loads);
  }

  @Override
  public void awaitMark(Mark mark) {
    call("cudaEventSynchronize", mark.event());
  }

  @Override
  public void runsWaitFor(Mark mark) {
    call("cudaStreamWaitEvent", runs, mark.event(), 0);
  }

  @Override
  public void loadsWaitFor(Mark mark) {
    call("cudaStreamWaitEvent", loads, mark.event(), 0);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
