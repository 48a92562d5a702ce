package io.inkstream.pipeline;

import io.inkstream.runtime.SystemMemory;

/// How much of the host's memory a request takes while it runs, beyond the loaded model.
public sealed interface RequestMemory permits MemoryEstimate, HostMemoryEstimate {
  /// Bytes that drawing at this size takes at its peak.
  long bytes(LatentSize size, GenerationRequest request);

  /// Compares them with what the system or the container has left.
  ///
  /// @throws InvalidRequestException if there is not that much
  default void requireRoomFor(LatentSize size, GenerationRequest request) {
    long needed = bytes(size, request);
    long free = SystemMemory.available().orElse(Long.MAX_VALUE);
    if (needed > free) {
      throw new InvalidRequestException(
          "size",
          "size is %dx%d: drawing it takes about %s of memory, %s are free"
              .formatted(
                  size.pixelWidth(), size.pixelHeight(), gigabytes(needed), gigabytes(free)));
    }
  }

  private static String gigabytes(long bytes) {
    return "%.1f GB".formatted(bytes / 1e9);
  }
}
