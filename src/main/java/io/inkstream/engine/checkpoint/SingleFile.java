package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.FolderListing;
import io.inkstream.engine.weights.SnapshotException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A folder that has a GGUF file and nothing else to read weights from.
final class SingleFile {
  private SingleFile() {}

  /// That file.
  ///
  /// @throws SnapshotException if there are several
  static Optional<Path> in(Path folder) {
    List<String> names = FolderListing.of(folder).names();
    List<String> found = names.stream().filter(name -> name.endsWith(".gguf")).toList();
    if (found.isEmpty() || names.stream().anyMatch(name -> name.contains(".safetensors"))) {
      return Optional.empty();
    }
    if (found.size() > 1) {
      throw new SnapshotException(
          folder, "has several GGUF files: %s; name one".formatted(new FolderListing(found)));
    }
    return Optional.of(folder.resolve(found.getFirst()));
  }
}
