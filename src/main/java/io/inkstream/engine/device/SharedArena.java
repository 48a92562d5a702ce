package io.inkstream.engine.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory beside the heap that any thread may use, until it is closed.
///
/// A native image of GraalVM 25 cannot close an arena of several threads: there, the memory is
/// freed when nothing leads to it any more.
public final class SharedArena implements AutoCloseable {
  private final Arena arena = NativeCalls.IN_IMAGE ? Arena.ofAuto() : Arena.ofShared();

  /// Zeros.
  ///
  /// @param alignment in bytes
  public MemorySegment allocate(long bytes, long alignment) {
    return arena.allocate(bytes, alignment);
  }

  @Override
  public void close() {
    if (!NativeCalls.IN_IMAGE) {
      arena.close();
    }
  }
}
