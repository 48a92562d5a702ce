package io.inkstream.engine.checkpoint;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A GGUF file, of which the header was read: what ggml's programs keep networks in.
///
/// @param path as the caller named it
/// @param metadata the keys with one value each that is not long, as texts
/// @param infos of the tensors by their names, in the header's order
/// @param data where the tensors' bytes begin
/// @param size of the file
record GgufFile(
    Path path, Path file, Map<String, String> metadata, Map<String, Info> infos, Data data) {
  /// Of the tensors' bytes.
  ///
  /// @param start where they begin in the file
  /// @param length to the end of the file
  /// @param alignment of each tensor's first byte
  record Data(long start, long length, long alignment) {}

  /// What the header says of one tensor.
  ///
  /// @param shape outermost extent first, the other way round than in the file
  /// @param type as ggml numbers it
  /// @param offset from the first tensor's byte on
  record Info(Shape shape, long type, long offset) {}

  GgufFile {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    infos = Collections.unmodifiableMap(new LinkedHashMap<>(infos));
  }

  /// Reads the header.
  ///
  /// @throws SnapshotException if it is damaged, truncated or of another version
  static GgufFile open(Path path) {
    return new GgufParser(path).parse();
  }

  /// A key's value.
  Optional<String> value(String key) {
    return Optional.ofNullable(metadata.get(key));
  }

  /// All tensors.
  ///
  /// @throws SnapshotException naming a tensor whose type is not read here, which leaves the file,
  ///   or which overlaps another
  Map<String, TensorEntry> tensors() {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    infos.forEach((name, info) -> entries.put(name, entry(name, info)));
    requireApart(
        entries.values().stream()
            .sorted(
                Comparator.comparingLong(TensorEntry::offset)
                    .thenComparingLong(TensorEntry::length))
            .toList());
    return entries;
  }

  private TensorEntry entry(String name, Info info) {
    Encoding encoding =
        GgufTypes.encoding(info.type())
            .orElseThrow(() ->
                refused(
                    name,
                    "type is %s, must be one of %s; take a file of another type, such as Q4_K_M or Q8_0"
                        .formatted(GgufTypes.named(info.type()), GgufTypes.allowed())));
    int block = GgufTypes.numbersOfBlock(encoding);
    long row = info.shape().rank() == 0 ? 1 : info.shape().dim(-1);
    if (row % block != 0) {
      throw refused(
          name,
          "has rows of %d numbers, must be a multiple of %d for %s"
              .formatted(row, block, encoding));
    }
    return new TensorEntry(
        name,
        encoding,
        info.shape(),
        file,
        data.start() + info.offset(),
        length(name, info, encoding));
  }

  private long length(String name, Info info, Encoding encoding) {
    long length;
    try {
      length = encoding.bytes(info.shape().elements());
    } catch (ArithmeticException e) {
      throw refused(name, "shape is " + info.shape() + ", too large for any file");
    }
    if (info.offset() < 0 || info.offset() % data.alignment() != 0) {
      throw refused(
          name,
          "begins at %s, must be a multiple of %d"
              .formatted(Long.toUnsignedString(info.offset()), data.alignment()));
    }
    if (info.offset() > data.length() - length) {
      throw refused(
          name,
          "takes %d bytes from %d on, the file has %d: it is truncated"
              .formatted(length, info.offset(), data.length()));
    }
    return length;
  }

  private void requireApart(List<TensorEntry> inOrder) {
    TensorEntry before = null;
    for (TensorEntry entry : inOrder) {
      if (before != null && entry.offset() < before.offset() + before.length()) {
        throw refused(entry.name(), "overlaps " + SnapshotException.quoted(before.name()));
      }
      before = entry;
    }
  }

  private SnapshotException refused(String name, String problem) {
    return SnapshotException.tensor(path, name, problem);
  }
}
