package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.LongStream;

/// A graphics card by way of the CUDA runtime library.
///
/// Weights go through two page-locked buffers in turn: one is filled from the mapped file while the
/// other is on its way.
final class CudaDriver implements DeviceDriver {
  private static final int HOST_TO_DEVICE = 1;
  private static final int DEVICE_TO_HOST = 2;
  private static final int DEVICE_TO_DEVICE = 3;
  // Without these flags a stream waits for the default one; an event takes the time, and whoever
  // waits
  // for it keeps a processor busy.
  private static final int NON_BLOCKING = 1;
  private static final int BLOCKING_WITHOUT_TIMING = 1 | 2;
  private static final int PROPERTIES = 1 << 14;
  private static final long STAGE = 32L << 20;
  private static final int COPIERS = 8;

  private final CudaLibrary cuda;
  private final long runs;
  private final long loads;
  private final MemorySegment[] stages = new MemorySegment[2];
  private final Mark[] staged = new Mark[2];
  private int stage;

  private CudaDriver(CudaLibrary cuda) {
    this.cuda = cuda;
    this.runs = cuda.create("cudaStreamCreateWithFlags", NON_BLOCKING);
    this.loads = cuda.create("cudaStreamCreateWithFlags", NON_BLOCKING);
    for (int i = 0; i < stages.length; i++) {
      stages[i] = at(cuda.create("cudaMallocHost", STAGE), STAGE);
      staged[i] = mark();
    }
  }

  /// @throws EngineException if there is no CUDA, or no card
  static CudaDriver start() {
    CudaLibrary cuda = CudaLibrary.load();
    try {
      cuda.create("cudaGetDeviceCount");
    } catch (EngineException e) {
      throw new EngineException("device is cuda: there is no card: " + e.getMessage(), e);
    }
    return new CudaDriver(cuda);
  }

  @Override
  public String name() {
    try (var arena = Arena.ofConfined()) {
      MemorySegment properties = arena.allocate(PROPERTIES); // a struct that begins with the name
      cuda.call("cudaGetDeviceProperties", properties, 0);
      return properties.getString(0);
    }
  }

  @Override
  public long stream() {
    return runs;
  }

  @Override
  public FusedKernels kernels() {
    return CudaKernels.load(runs);
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
      cuda.call("cudaMemGetInfo", both, both.asSlice(JAVA_LONG.byteSize()));
      return both.getAtIndex(JAVA_LONG, index);
    }
  }

  @Override
  public long allocate(long bytes) {
    try {
      return cuda.create("cudaMalloc", bytes);
    } catch (EngineException e) {
      throw new EngineException(
          "the device has no %.2f GB, %.2f GB are free: %s"
              .formatted(bytes / 1e9, freeBytes() / 1e9, e.getMessage()),
          e);
    }
  }

  @Override
  public void free(long address) {
    cuda.call("cudaFree", address);
  }

  @Override
  public void clear(long address, long bytes) {
    cuda.call("cudaMemsetAsync", address, 0, bytes, runs);
  }

  @Override
  public void upload(long to, MemorySegment from) {
    // From memory that may be swapped out, the library copies to a buffer of its own before it
    // returns.
    cuda.call("cudaMemcpyAsync", to, from.address(), from.byteSize(), HOST_TO_DEVICE, runs);
  }

  @Override
  public void download(MemorySegment to, long from) {
    cuda.call("cudaMemcpyAsync", to.address(), from, to.byteSize(), DEVICE_TO_HOST, runs);
    synchronize();
  }

  @Override
  public void copy(long to, long from, long bytes) {
    cuda.call("cudaMemcpyAsync", to, from, bytes, DEVICE_TO_DEVICE, runs);
  }

  @Override
  public void synchronize() {
    cuda.call("cudaStreamSynchronize", runs);
  }

  @Override
  public synchronized void load(long to, MemorySegment from) {
    for (long at = 0; at < from.byteSize(); at += STAGE) {
      long bytes = Math.min(STAGE, from.byteSize() - at);
      awaitMark(staged[stage]);
      copy(from.asSlice(at, bytes), stages[stage]);
      cuda.call("cudaMemcpyAsync", to + at, stages[stage].address(), bytes, HOST_TO_DEVICE, loads);
      markLoads(staged[stage]);
      stage = 1 - stage;
    }
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
    return new Mark(cuda.create("cudaEventCreateWithFlags", BLOCKING_WITHOUT_TIMING));
  }

  @Override
  public void markRuns(Mark mark) {
    cuda.call("cudaEventRecord", mark.event(), runs);
  }

  @Override
  public void markLoads(Mark mark) {
    cuda.call("cudaEventRecord", mark.event(), loads);
  }

  @Override
  public void awaitMark(Mark mark) {
    cuda.call("cudaEventSynchronize", mark.event());
  }

  @Override
  public void runsWaitFor(Mark mark) {
    cuda.call("cudaStreamWaitEvent", runs, mark.event(), 0);
  }

  @Override
  public void loadsWaitFor(Mark mark) {
    cuda.call("cudaStreamWaitEvent", loads, mark.event(), 0);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
