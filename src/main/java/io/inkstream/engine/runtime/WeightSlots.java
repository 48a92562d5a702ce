package io.inkstream.engine.runtime;

import io.inkstream.engine.device.SharedArena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The host's memory for weights that are widened before each use, and the threads that widen them.
/// A slot goes from run to run, and back to the system when a network has run to its end; threads
/// that have nothing to do end by themselves.
public final class WeightSlots {
  private static final long CACHE_LINE = 64;
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final ThreadPoolExecutor threads;
  // Guarded by this.
  private @Nullable Slot idle;

  /// @param arena owns the memory
  record Slot(SharedArena arena, MemorySegment memory) implements AutoCloseable {
    @Override
    public void close() {
      arena.close();
    }
  }

  /// @param threads that widen
  public WeightSlots(int threads) {
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("widening").factory());
    this.threads.allowCoreThreadTimeOut(true);
  }

  Executor threads() {
    return threads;
  }

  /// A slot of so many bytes at least, the caller's until [#give].
  Slot take(long bytes) {
    Slot kept = kept();
    if (kept != null) {
      if (kept.memory().byteSize() >= bytes) {
        return kept;
      }
      kept.close();
    }
    return fresh(bytes);
  }

  /// One that stays the caller's.
  @SuppressWarnings("MustBeClosedChecker") // the slot is the resource
  Slot fresh(long bytes) {
    var arena = new SharedArena();
    return new Slot(arena, arena.allocate(bytes, CACHE_LINE));
  }

  private synchronized @Nullable Slot kept() {
    Slot kept = idle;
    idle = null;
    return kept;
  }

  /// @param again whether somebody will soon want one
  void give(Slot slot, boolean again) {
    if (again && keep(slot)) {
      return;
    }
    slot.close();
  }

  private synchronized boolean keep(Slot slot) {
    if (idle == null) {
      idle = slot;
      return true;
    }
    return false;
  }

  /// Frees what nobody has.
  void clear() {
    Slot kept = kept();
    if (kept != null) {
      kept.close();
    }
  }
}
