package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceDriver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The blocks of this process whose weights lie on devices: whoever loads the same for another
/// device takes them from there, and does not read them once more.
final class LoadedBlocks {
  private static final List<SharedBlocks> OPEN = new CopyOnWriteArrayList<>();

  private LoadedBlocks() {}

  static void opened(SharedBlocks blocks) {
    OPEN.add(blocks);
  }

  static void closed(SharedBlocks blocks) {
    OPEN.remove(blocks);
  }

  /// Blocks with these weights on another device that such a device copies from.
  static Optional<SharedBlocks> like(DeviceDriver driver, List<Map<String, WeightSource>> weights) {
    return OPEN.stream().filter(blocks -> blocks.canGive(driver, weights)).findFirst();
  }
}
