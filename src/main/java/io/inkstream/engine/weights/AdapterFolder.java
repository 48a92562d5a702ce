package io.inkstream.engine.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Which file of a folder is its adapter.
final class AdapterFolder {
  private AdapterFolder() {}

  /// The file itself, or of a folder the one of a usual name, else its only one.
  ///
  /// @throws SnapshotException if the folder has none, or more than one choice
  static Path fileOf(Path path) {
    if (!Files.isDirectory(path)) {
      return path;
    }
    var names = FolderListing.of(path).names();
    List<String> found = names.stream().filter(name -> name.endsWith(".safetensors")).toList();
    if (found.isEmpty()) {
      throw new SnapshotException(
          path, "has no *.safetensors, must have an adapter; it has " + new FolderListing(names));
    }
    if (found.size() == 1) {
      return path.resolve(found.getFirst());
    }
    return WeightNames.USUAL_ADAPTERS.stream()
        .filter(found::contains)
        .findFirst()
        .map(path::resolve)
        .orElseThrow(() ->
            new SnapshotException(
                path,
                "has several adapters: %s; name one of the files"
                    .formatted(new FolderListing(found))));
  }
}
