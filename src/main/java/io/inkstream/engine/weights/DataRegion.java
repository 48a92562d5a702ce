package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// The bytes behind a safetensors header. The tensors must cover them without holes or overlaps.
///
/// @param path as the caller named the file, for messages
/// @param file the real file
/// @param start position of the first byte behind the header
/// @param length bytes from there to the end of the file
record DataRegion(Path path, Path file, long start, long length) {

  /// The entry at `offsets`, which count from [#start].
  ///
  /// @throws SnapshotException if they leave the region or do not fit dtype and shape
  TensorEntry entry(String name, DType dtype, Shape shape, long[] offsets) {
    long begin = offsets[0];
    long end = offsets[1];
    if (begin > end || end > length) {
      throw SnapshotException.tensor(
          path,
          name,
          "data_offsets are "
              + Arrays.toString(offsets)
              + ", must rise and end within the file's "
              + length
              + " bytes of data");
    }
    if (bytes(name, dtype, shape) != end - begin) {
      throw SnapshotException.tensor(
          path,
          name,
          "data_offsets %s span %d bytes, must be %d for %s %s"
              .formatted(
                  Arrays.toString(offsets),
                  end - begin,
                  bytes(name, dtype, shape),
                  dtype,
                  SnapshotException.shown(shape.toString())));
    }
    return new TensorEntry(name, dtype, shape, file, start + begin, end - begin);
  }

  private long bytes(String name, DType dtype, Shape shape) {
    try {
      return Math.multiplyExact(shape.elements(), dtype.bytes());
    } catch (ArithmeticException e) {
      throw SnapshotException.tensor(
          path,
          name,
          "shape is " + SnapshotException.shown(shape + "") + ", too large for any file");
    }
  }

  /// @throws SnapshotException if tensors overlap, or bytes belong to none
  void requireCovered(Collection<TensorEntry> entries) {
    List<TensorEntry> inOrder =
        entries.stream()
            .sorted(
                Comparator.comparingLong(TensorEntry::offset)
                    .thenComparingLong(TensorEntry::length))
            .toList();
    long end = 0;
    String before = "the header";
    for (TensorEntry entry : inOrder) {
      requireAt(end, before, entry);
      end += entry.length();
      before = "tensor " + SnapshotException.quoted(entry.name());
    }
    if (end != length) {
      throw new SnapshotException(
          path,
          (length - end) + " bytes follow " + before + ", must be 0: they belong to no tensor");
    }
  }

  private void requireAt(long end, String before, TensorEntry entry) {
    long begin = entry.offset() - start;
    if (begin != end) {
      String problem = begin < end ? "overlap " + before : "leave a hole after " + before;
      throw SnapshotException.tensor(
          path,
          entry.name(),
          "data_offsets begin at " + begin + ", must be " + end + ": they " + problem);
    }
  }
}
