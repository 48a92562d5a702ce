package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.nio.file.Path;
import java.util.List;

/// Where a weight lies on disk, for those that the runtime itself brings to the device.
///
/// @param parts one after the other on the device, wherever they lie in files
public record WeightSource(List<Part> parts, DType type, Shape shape) {
  /// A part of a weight.
  ///
  /// @param offset of its first byte in the file
  /// @param bytes its length
  public record Part(Path file, long offset, long bytes) {}

  public WeightSource {
    parts = List.copyOf(parts);
  }

  /// Its length.
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
