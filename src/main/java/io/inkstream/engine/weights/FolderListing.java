package io.inkstream.engine.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The names of what lies in a folder, sorted.
public record FolderListing(List<String> names) {
  private static final int MOST_SHOWN = 8;

  /// Those of a folder.
  ///
  /// @throws SnapshotException if it cannot be read
  public static FolderListing of(Path dir) {
    try (Stream<Path> files = Files.list(dir)) {
      return new FolderListing(
          files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
    } catch (IOException e) {
      throw SnapshotException.unreadable(dir, e);
    } catch (UncheckedIOException e) {
      throw SnapshotException.unreadable(dir, new IOException(e.getMessage(), e));
    }
  }

  /// The first names, for a message.
  @Override
  public String toString() {
    if (names.isEmpty()) {
      return "nothing";
    }
    String shown = String.join(", ", names.stream().limit(MOST_SHOWN).toList());
    return names.size() > MOST_SHOWN ? shown + ", …" : shown;
  }
}
