package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.nio.file.Path;

/// Where one tensor lies on disk, little-endian and row-major.
///
/// @param name as the file names it, such as `img_in.weight`
/// @param dtype type of its elements
/// @param shape its extents
/// @param file the real file, with the Hub cache's symbolic links resolved
/// @param offset of its first byte in the file
/// @param length in bytes: `shape.elements() * dtype.bytes()`
public record TensorEntry(
    String name, DType dtype, Shape shape, Path file, long offset, long length) {
  /// How its numbers are written, if it is a weight.
  ///
  /// @throws SnapshotException if in a way that no graph reads
  public Encoding encoding() {
    return Encoding.of(this);
  }
}
