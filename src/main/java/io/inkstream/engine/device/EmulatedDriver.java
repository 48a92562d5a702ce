package io.inkstream.engine.device;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.HostKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/// A device whose memory is the host's, up to a limit: everything happens at once and in order.
public final class EmulatedDriver implements DeviceDriver {
  private static final long CACHE_LINE = 64;

  private final long total;
  // Guarded by this.
  private final Map<Long, Taken> memory = new HashMap<>();
  private long taken;
  private volatile boolean lost;

  private record Taken(Arena arena, long bytes) {}

  /// @param memory bytes of the device; empty means what the host has
  public EmulatedDriver(OptionalLong memory) {
    this.total = memory.orElse(Long.MAX_VALUE);
  }

  /// From now on it is as a device that has left its bus: what it is asked fails, until it is
  /// [#found]. For tests.
  void lose() {
    lost = true;
  }

  /// It works again, and what it held is as it was.
  void found() {
    lost = false;
  }

  private void requireThere() {
    if (lost) {
      throw new EngineException("the emulated device was taken away");
    }
  }

  @Override
  public String name() {
    return "emulated on the processor";
  }

  @Override
  public long stream() {
    return 0;
  }

  @Override
  public FusedKernels kernels(boolean measured) {
    return new HostKernels();
  }

  @Override
  public synchronized long freeBytes() {
    requireThere();
    return total == Long.MAX_VALUE
        ? SystemMemory.available().orElse(Long.MAX_VALUE)
        : Math.max(0, total - taken);
  }

  @Override
  public long totalBytes() {
    return total == Long.MAX_VALUE ? freeBytes() : total;
  }

  @Override
  public synchronized long allocate(long bytes) {
    requireThere();
    if (bytes > total - taken) {
      throw new EngineException(
          "the device has no %.2f GB, %.2f GB are free"
              .formatted(bytes / 1e9, (total - taken) / 1e9));
    }
    return spare(bytes);
  }

  @Override
  public synchronized long spare(long bytes) {
    return keep(bytes, bytes);
  }

  /// @param counted bytes that are the device's
  @SuppressWarnings("MustBeClosedChecker") // free() closes it
  private long keep(long bytes, long counted) {
    Arena arena = Arena.ofShared();
    long address = arena.allocate(bytes, CACHE_LINE).address();
    memory.put(address, new Taken(arena, counted));
    taken += counted;
    return address;
  }

  @Override
  public synchronized void free(long address) {
    Taken freed = memory.remove(address);
    if (freed != null) {
      taken -= freed.bytes();
      freed.arena().close();
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

  @Override
  public void pull(List<Pull> pulls) {
    pulls.forEach(this::pull);
  }

  private void pull(Pull pull) {
    for (long row = 0; row < pull.rows(); row++) {
      copy(pull.to() + row * pull.pitch(), pull.address() + row * pull.fromPitch(), pull.width());
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment at(long address, long bytes) {
    requireThere();
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  @Override
  public void synchronize() {
    requireThere();
  }

  /// On another thread, as a card's driver reads on several.
  @Override
  public void load(long to, MemorySegment from) {
    CompletableFuture.runAsync(() -> upload(to, from)).join();
  }

  @Override
  public void loadPinned(long to, MemorySegment from) {
    upload(to, from);
  }

  @Override
  public synchronized MemorySegment pinned(long bytes) {
    return at(keep(bytes, 0), bytes);
  }

  @Override
  public void unpin(MemorySegment memory) {
    free(memory.address());
  }

  @Override
  public Mark mark() {
    requireThere();
    return new Mark(-1);
  }

  @Override
  public void unmark(Mark mark) {}

  @Override
  public void markRuns(Mark mark) {
    requireThere();
  }

  @Override
  public void markLoads(Mark mark) {
    requireThere();
  }

  @Override
  public void awaitMark(Mark mark) {
    requireThere();
  }

  @Override
  public void runsWaitFor(Mark mark) {
    requireThere();
  }

  @Override
  public void loadsWaitFor(Mark mark) {
    requireThere();
  }
}
