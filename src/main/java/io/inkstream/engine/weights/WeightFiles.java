package io.inkstream.engine.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The weights of one folder: a single file, or the index of several.
sealed interface WeightFiles {
  Pattern SHARD = Pattern.compile(".*-\\d+-of-\\d+(\\.\\w+)?\\.safetensors");

  /// All tensors of the folder by name.
  Map<String, TensorEntry> tensors();

  /// One file with everything.
  record Single(Path file) implements WeightFiles {
    @Override
    public Map<String, TensorEntry> tensors() {
      return SafetensorsFile.open(file).tensors();
    }
  }

  /// An index and the shards beside it.
  record Sharded(Path index) implements WeightFiles {
    @Override
    public Map<String, TensorEntry> tensors() {
      return ShardIndex.read(index).tensors();
    }
  }

  /// Chooses by file name: the usual names first, then an only index, then an only file.
  ///
  /// @throws SnapshotException if there are no weights, or more than one choice
  static WeightFiles of(Path dir) {
    FolderListing listing = FolderListing.of(dir);
    List<String> found = WeightNames.chosen(listing.names());
    if (found.size() > 1) {
      throw ambiguous(dir, found);
    }
    if (found.size() == 1) {
      return of(dir.resolve(found.getFirst()), found.getFirst());
    }
    throw new SnapshotException(
        dir, "has no weights, must have one of " + WeightNames.USUAL + "; it has " + listing);
  }

  private static WeightFiles of(Path file, String name) {
    if (name.endsWith(".json")) {
      return new Sharded(file);
    }
    if (SHARD.matcher(name).matches()) {
      throw new SnapshotException(
          file, "is one shard of several, the *.safetensors.index.json beside it is missing");
    }
    return new Single(file);
  }

  private static SnapshotException ambiguous(Path dir, List<String> found) {
    boolean indexed = found.stream().anyMatch(name -> name.endsWith(".json"));
    String problem =
        indexed
            ? ", must have one single file or one index"
            : " and no *.safetensors.index.json that names their tensors";
    return new SnapshotException(dir, "has several weights: " + new FolderListing(found) + problem);
  }
}
