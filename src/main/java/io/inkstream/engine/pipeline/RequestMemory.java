package io.inkstream.engine.pipeline;

import io.inkstream.engine.runtime.SystemMemory;

/// How much of the host's memory a request takes while it runs, beyond the loaded model; and
/// whether there is room for it, wherever it runs.
public sealed interface RequestMemory
    permits MemoryEstimate, HostMemoryEstimate, HostAndDeviceMemory {
  /// Bytes that drawing at this size takes at its peak.
  long bytes(LatentSize size, GenerationRequest request);

  /// Compares what the request takes with what the system or the container, and a device, have
  /// left.
  ///
  /// @throws InvalidRequestException if there is not that much
  default void requireRoomFor(LatentSize size, GenerationRequest request) {
    long free = SystemMemory.available().orElse(Long.MAX_VALUE);
    require(bytes(size, request), free, "of memory", size);
  }

  /// @param what of which memory, for people
  static void require(long needed, long free, String what, LatentSize size) {
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
