package io.inkstream.engine.quantization;

import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder of files with weights that can be made again, which together have a limit. They are
/// written whole or not at all; those that were used least recently go first.
///
/// Beside each file lies an empty one whose time is the last use: the file's own must not move, for
/// a server takes it for a change of its weights.
public record WeightCache(Path path, long mostBytes) {
  private static final String USED = ".used";
  private static final Pattern FRESH = Pattern.compile(".*\\.safetensors\\.(\\d+)");

  /// Fills a file.
  public interface Writing {
    void to(FileChannel channel) throws IOException;
  }

  /// Writes a file, beside its place first; one that is there already is replaced.
  ///
  /// @param bytes that it will take
  /// @param writing gets a channel to write to and to read from
  /// @throws SnapshotException if it cannot be written
  public void write(Path file, long bytes, Writing writing) {
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      makeRoom(file, bytes);
      try (var channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        writing.to(channel);
      }
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be written: " + e.getMessage());
    } finally {
      delete(fresh);
    }
  }

  private static void delete(Path fresh) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      throw new SnapshotException(fresh, "cannot be deleted: " + e.getMessage());
    }
  }

  /// Notes a use, unless the folder can only be read: then nothing is made there, and nothing goes.
  ///
  /// @throws SnapshotException if it cannot be noted
  public void use(Path file) {
    if (!Files.isWritable(path)) {
      return;
    }
    try {
      Files.write(used(file), new byte[0]);
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be noted as used: " + e.getMessage());
    }
  }

  private static Path used(Path file) {
    return file.resolveSibling(file.getFileName() + USED);
  }

  /// Deletes what processes that are no more have left half-written, and those that were used least
  /// recently until so many bytes more are within the limit.
  ///
  /// @param file that will be written, which does not count
  private void makeRoom(Path file, long bytes) throws IOException {
    Files.createDirectories(path);
    List<Path> kept = new ArrayList<>();
    long sum = bytes;
    for (Path other : files()) {
      if (isLeftBehind(other)) {
        Files.deleteIfExists(other);
      } else if (other.toString().endsWith(".safetensors") && !other.equals(file)) {
        kept.add(other);
        sum += Files.size(other);
      }
    }
    kept.sort(Comparator.comparing(WeightCache::lastUse));
    for (Path other : kept) {
      if (sum > mostBytes) {
        sum -= Files.size(other);
        Files.deleteIfExists(other);
        Files.deleteIfExists(used(other));
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }

  private static boolean isLeftBehind(Path file) {
    Matcher name = FRESH.matcher(file.getFileName().toString());
    return name.matches()
        && ProcessHandle.of(Long.parseLong(name.group(1))).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static FileTime lastUse(Path file) {
    try {
      return Files.getLastModifiedTime(Files.exists(used(file)) ? used(file) : file);
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be read: " + e.getMessage());
    }
  }
}
