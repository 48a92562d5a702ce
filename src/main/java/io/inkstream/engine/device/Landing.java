package io.inkstream.engine.device;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/// Where results of a device arrive in the host's memory: page-locked, which the device writes to
/// by itself, and kept for the next, as locking takes longer than a copy. One arrives at a time.
final class Landing {
  private final DeviceDriver driver;
  private final Traffic traffic;
  private MemorySegment memory = MemorySegment.NULL; // guarded by this

  Landing(DeviceDriver driver, Traffic traffic) {
    this.driver = driver;
    this.traffic = traffic;
  }

  /// What is made of bytes of the device, which are there only meanwhile. Waits for the runs before
  /// it.
  ///
  /// @throws EngineException if the host has not so much to lock, or the device fails
  synchronized <T> T read(long from, long bytes, Function<MemorySegment, T> make) {
    if (memory.byteSize() < bytes) {
      grow(bytes);
    }
    MemorySegment arrived = memory.asSlice(0, bytes);
    traffic.down(bytes, () -> driver.download(arrived, from));
    return make.apply(arrived);
  }

  private void grow(long bytes) {
    MemorySegment before = memory;
    memory = driver.pinned(bytes);
    if (before.byteSize() > 0) {
      driver.unpin(before);
    }
  }
}
