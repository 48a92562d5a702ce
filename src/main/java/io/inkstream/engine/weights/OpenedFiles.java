package io.inkstream.engine.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files that weights are read from as they were when they were opened. Weights stay mapped: to
/// read one whose file was cut meanwhile is the end of the process, and of one that was written to,
/// who knows what.
///
/// A file that was deleted or replaced (another took its name) is unchanged: what is mapped is the
/// old one, as long as it is used. All are held open: otherwise the system would give the number of
/// a deleted one to the next that is made, which then looked like the old one, written to. The
/// garbage collector closes them.
public final class OpenedFiles {
  private final Map<Path, Held> files;

  private record Held(Stamp stamp, FileChannel open) {}

  private record Stamp(long bytes, Instant modified, @Nullable Object key) {
    boolean isSameFile(Stamp other) {
      return Objects.equals(key, other.key);
    }

    @Override
    public String toString() {
      return bytes + " bytes of " + modified;
    }
  }

  private OpenedFiles(Map<Path, Held> files) {
    this.files = files;
  }

  /// As they are now.
  ///
  /// @throws SnapshotException if one is not there
  public static OpenedFiles of(Component... components) {
    Map<Path, Held> files = new LinkedHashMap<>();
    Stream.of(components)
        .map(Component::tensors)
        .map(Map::values)
        .flatMap(Collection::stream)
        .map(TensorEntry::file)
        .distinct()
        .forEach(file -> files.put(file, held(file)));
    return new OpenedFiles(files);
  }

  /// Takes some microseconds a file, unless the disk is far away.
  ///
  /// @throws ChangedFileException if one was written to
  public void requireUnchanged() {
    files.forEach((file, held) -> {
      Stamp was = held.stamp();
      var is = stampNow(file);
      if (is.isPresent() && is.get().isSameFile(was) && !is.get().equals(was)) {
        throw new ChangedFileException(file, was.toString(), is.get().toString());
      }
    });
  }

  /// Their sizes and times, without their names.
  @Override
  public String toString() {
    return files.values().stream().map(Held::stamp).toList().toString();
  }

  private static Held held(Path file) {
    try {
      return new Held(read(file), FileChannel.open(file));
    } catch (IOException e) {
      throw SnapshotException.unreadable(file, e);
    }
  }

  /// What cannot be asked for is not known to have changed.
  private static Optional<Stamp> stampNow(Path file) {
    try {
      return Optional.of(read(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Stamp read(Path file) throws IOException {
    var is = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(is.size(), is.lastModifiedTime().toInstant(), is.fileKey());
  }
}
