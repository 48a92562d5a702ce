package io.inkstream.engine.model;

import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder of files that can be made again, which together have a limit.
///
/// Beside each file lies an empty one whose time is the last use: the file's own must not move, for
/// a server takes it for a change of its weights.
record QuantizedFolder(Path path, long mostBytes) {
  private static final String USED = ".used";
  private static final Pattern FRESH = Pattern.compile(".*\\.safetensors\\.(\\d+)");

  /// Where a file of that name is written before it has it.
  Path fresh(Path file) {
    return file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
  }

  /// Notes a use.
  void use(Path file) throws IOException {
    Files.write(used(file), new byte[0]);
  }

  private static Path used(Path file) {
    return file.resolveSibling(file.getFileName() + USED);
  }

  /// Deletes what processes that are no more have left half-written, and those that were used least
  /// recently until so many bytes more are within the limit.
  ///
  /// @param file that will be written, which does not count
  void makeRoom(Path file, long bytes) throws IOException {
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
    kept.sort(Comparator.comparing(QuantizedFolder::lastUse));
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
