package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceDriver;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.SystemMemory;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Copies of blocks in page-locked memory of the host, for those that come to a device again and
/// again: from there a card reads twice as fast as from a mapped file.
final class PinnedBlocks implements AutoCloseable {
  private final DeviceDriver driver;
  private final Map<Integer, MemorySegment> copies = new HashMap<>();

  /// Writes a block's weights as they lie in a slot.
  interface Writer {
    void write(int block, MemorySegment slot);
  }

  private PinnedBlocks(DeviceDriver driver) {
    this.driver = driver;
  }

  static PinnedBlocks none(DeviceDriver driver) {
    return new PinnedBlocks(driver);
  }

  /// Copies blocks.
  ///
  /// @param slotBytes of each of them
  /// @throws DeviceException if the host has not so much memory
  static PinnedBlocks of(DeviceDriver driver, BitSet blocks, long slotBytes, Writer writer) {
    long bytes = blocks.cardinality() * slotBytes;
    long available = SystemMemory.available().orElse(Long.MAX_VALUE);
    if (bytes > available) {
      throw new DeviceException(
          ("pin-cpu-memory is true, must be false where the host has not the %.1f GB to lock:"
                  + " %.1f GB are available")
              .formatted(bytes / 1e9, available / 1e9));
    }
    var pinned = new PinnedBlocks(driver);
    try {
      blocks.stream().forEach(block -> pinned.copies.put(block, driver.pinned(slotBytes)));
      blocks.stream().parallel().forEach(block -> writer.write(block, pinned.copy(block)));
      return pinned;
    } catch (RuntimeException e) {
      pinned.close();
      throw e;
    }
  }

  private MemorySegment copy(int block) {
    return Objects.requireNonNull(copies.get(block));
  }

  /// A block's copy; null if it has none.
  @Nullable MemorySegment of(int block) {
    return copies.get(block);
  }

  @Override
  public void close() {
    copies.values().forEach(driver::unpin);
    copies.clear();
  }
}
