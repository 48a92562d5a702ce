package io.inkstream.engine.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// An adapter's file, its header read and every key of it understood; no weight is loaded.
///
/// @param file the safetensors file
/// @param pairs by the model's module
public record LoraFile(Path file, Map<String, LoraPair> pairs) {
  public LoraFile {
    pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
  }

  /// Reads the header of an adapter for a network with these layers.
  ///
  /// @param path the file, or a folder with one
  /// @throws SnapshotException naming the file and the key that is damaged, unknown, of another
  ///   kind of adapter or of another shape: nothing is applied by half
  public static LoraFile open(Path path, Linears linears) {
    Path file = AdapterFolder.fileOf(path);
    var safetensors = SafetensorsFile.open(file);
    var scales = LoraScales.of(file, safetensors);
    return new LoraFile(file, new LoraPairs(file, safetensors, linears, scales).read());
  }

  /// The file that [#open] would read.
  ///
  /// @throws SnapshotException if a folder has none, or more than one choice
  public static Path fileOf(Path path) {
    return AdapterFolder.fileOf(path);
  }

  /// The same with another alpha than the file's, or than none: each scale is alpha / rank.
  public LoraFile withAlpha(double alpha) {
    Map<String, LoraPair> scaled = new LinkedHashMap<>();
    pairs.forEach((module, pair) -> scaled.put(module, pair.withAlpha(alpha)));
    return new LoraFile(file, scaled);
  }

  /// Of all pairs, as they are stored.
  public long bytes() {
    return pairs.values().stream().mapToLong(LoraPair::bytes).sum();
  }
}
