package io.inkstream.engine.weights;

import static java.util.stream.Collectors.toCollection;

import io.inkstream.engine.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// One folder of a snapshot: `transformer`, `text_encoder`, `vae` or `scheduler`.
///
/// @param dir the folder, or a single file
/// @param config its `config.json`, or the scheduler's `scheduler_config.json`
/// @param tensors all weights by name, over all shards; none for the scheduler
public record Component(Path dir, ComponentConfig config, Map<String, TensorEntry> tensors) {
  private static final String CONFIG = "config.json";
  private static final String SCHEDULER_CONFIG = "scheduler_config.json";

  public Component {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /// Reads the configuration and the headers of the weights.
  ///
  /// @throws SnapshotException if a file is missing, damaged or ambiguous
  public static Component open(Path dir) {
    if (!Files.isDirectory(dir)) {
      throw new SnapshotException(dir, "is missing, must be a folder of the snapshot");
    }
    if (Files.exists(dir.resolve(SCHEDULER_CONFIG))) {
      return new Component(dir, ComponentConfig.read(dir.resolve(SCHEDULER_CONFIG)), Map.of());
    }
    return of(dir, ComponentConfig.read(dir.resolve(CONFIG)));
  }

  /// The weights of a folder with a configuration that was read.
  ///
  /// @throws SnapshotException if a file is missing, damaged or ambiguous
  public static Component of(Path dir, ComponentConfig config) {
    return new Component(dir, config, WeightFiles.of(dir).tensors());
  }

  /// The same with other weights.
  public Component with(Map<String, TensorEntry> others) {
    return new Component(dir, config, others);
  }

  /// The weight of that name.
  ///
  /// @throws SnapshotException if there is none, or its numbers are of a type that no weight has
  public TensorEntry tensor(String name) {
    TensorEntry entry = tensors.get(name);
    if (entry == null) {
      throw SnapshotException.tensor(
          dir,
          name,
          "is missing, must be among the %d tensors of this %s"
              .formatted(tensors.size(), Files.isDirectory(dir) ? "folder" : "file"));
    }
    return entry.requireWeight();
  }

  /// The weight of that name and shape.
  ///
  /// @throws SnapshotException also if its shape is another
  public TensorEntry tensor(String name, long... expectedShape) {
    TensorEntry entry = tensor(name);
    Shape expected = new Shape(expectedShape);
    if (!entry.shape().equals(expected)) {
      throw SnapshotException.tensor(
          entry.file(),
          name,
          "shape is " + SnapshotException.shown(entry.shape() + "") + ", must be " + expected);
    }
    return entry;
  }

  /// Number of elements of all weights.
  public long parameters() {
    return tensors.values().stream().mapToLong(entry -> entry.shape().elements()).sum();
  }

  /// Size of all weights on disk.
  public long bytes() {
    return tensors.values().stream().mapToLong(TensorEntry::length).sum();
  }

  /// The encodings that occur among the weights, by their names.
  public Set<String> encodings() {
    return tensors.values().stream()
        .map(entry -> entry.encoding().toString())
        .collect(toCollection(TreeSet::new));
  }

  /// Whether graphs read all weights as they lie in their files.
  public boolean isDirect() {
    return tensors.values().stream().allMatch(entry -> entry.encoding().isDirect());
  }
}
