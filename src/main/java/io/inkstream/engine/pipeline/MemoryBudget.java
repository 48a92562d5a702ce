package io.inkstream.engine.pipeline;

import io.inkstream.engine.runtime.SystemMemory;

/// Whether there is room for a load where it will be drawn.
///
/// @param model of what loads take there
/// @param deviceRoom bytes of a device's memory beside the weights; 0 without a device
public record MemoryBudget(MemoryModel model, long deviceRoom) {
  /// Compares what the load takes with what the system or the container, and a device, have left.
  ///
  /// @throws InvalidRequestException if there is not that much
  public void requireRoomFor(Load load) {
    var needed = model.of(load);
    long free = SystemMemory.available().orElse(Long.MAX_VALUE);
    require(needed.host(), free, "of memory", load.size());
    require(needed.device(), deviceRoom, "of the device's memory", load.size());
  }

  private static void require(long needed, long free, String what, LatentSize size) {
    if (needed > free) {
      throw new InvalidRequestException(
          "size",
          "size is %dx%d: drawing it takes about %s %s, %s are free"
              .formatted(
                  size.pixelWidth(), size.pixelHeight(), gigabytes(needed), what, gigabytes(free)));
    }
  }

  private static String gigabytes(long bytes) {
    return "%.1f GB".formatted(bytes / 1e9);
  }
}
