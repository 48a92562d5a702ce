package io.inkstream.engine.runtime;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.HostKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A device whose memory is the host's: everything happens at once and in order.
final class EmulatedDriver implements DeviceDriver {
  private static final long CACHE_LINE = 64;

  private final Map<Long, Arena> arenas = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "emulated on the processor";
  }

  @Override
  public long stream() {
    return 0;
  }

  @Override
  public FusedKernels kernels() {
    return new HostKernels();
  }

  @Override
  public long freeBytes() {
    return SystemMemory.available().orElse(Long.MAX_VALUE);
  }

  @Override
  public long totalBytes() {
    return freeBytes();
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // free() closes it
  public long allocate(long bytes) {
    Arena arena = Arena.ofShared();
    long address = arena.allocate(bytes, CACHE_LINE).address();
    arenas.put(address, arena);
    return address;
  }

  @Override
  public void free(long address) {
    Arena arena = arenas.remove(address);
    if (arena != null) {
      arena.close();
    }
  }

  @Override
  public void clear(long address, long bytes) {
    at(address, bytes).fill((byte) 0);
  }

  @Override
  public void upload(long to, MemorySegment from) {
    at(to, from.byteSize()).copyFrom(from);
  }

  @Override
  public void download(MemorySegment to, long from) {
    to.copyFrom(at(from, to.byteSize()));
  }

  @Override
  public void copy(long to, long from, long bytes) {
    at(to, bytes).copyFrom(at(from, bytes));
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  @Override
  public void synchronize() {}

  @Override
  public void load(long to, MemorySegment from) {
    upload(to, from);
  }

  @Override
  public Mark mark() {
    return new Mark(-1);
  }

  @Override
  public void markRuns(Mark mark) {}

  @Override
  public void markLoads(Mark mark) {}

  @Override
  public void awaitMark(Mark mark) {}

  @Override
  public void runsWaitFor(Mark mark) {}

  @Override
  public void loadsWaitFor(Mark mark) {}
}
