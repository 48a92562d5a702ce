package io.inkstream.engine.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Which files of a folder are its weights, by their names: on this disk, and on the Hub.
public final class WeightNames {
  /// The file names that diffusers and transformers write.
  static final List<String> USUAL =
      List.of(
          "diffusion_pytorch_model.safetensors",
          "diffusion_pytorch_model.safetensors.index.json",
          "model.safetensors",
          "model.safetensors.index.json");

  /// The names of adapters that diffusers and PEFT write.
  static final List<String> USUAL_ADAPTERS =
      List.of("pytorch_lora_weights.safetensors", "adapter_model.safetensors");

  private static final List<Predicate<String>> KINDS =
      List.of(
          USUAL::contains,
          name -> name.endsWith(".safetensors.index.json"),
          name -> name.contains(".safetensors.index.") && name.endsWith(".json"),
          name -> name.endsWith(".safetensors"));

  private WeightNames() {}

  /// The usual names first, then indices, then any safetensors file: those of the first kind that
  /// there are. One is good; more are a choice that nobody has made.
  public static List<String> chosen(Collection<String> names) {
    return KINDS.stream()
        .map(kind -> names.stream().filter(kind).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /// The one file with weights or their index, if the names leave no choice: among several adapters
  /// it is the one of a usual name.
  public static Optional<String> only(Collection<String> names) {
    var found = chosen(names);
    return found.size() == 1
        ? Optional.of(found.getFirst())
        : USUAL_ADAPTERS.stream().filter(found::contains).findFirst();
  }

  /// The shards that an index names.
  ///
  /// @throws SnapshotException if the index is damaged
  public static Set<String> shards(Path index) {
    return new TreeSet<>(ShardIndex.read(index).weightMap().values());
  }

  /// Whether a folder on this disk has weights, and all shards of them.
  public static boolean areWhole(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    return only(FolderListing.of(folder).names())
        .map(folder::resolve)
        .filter(WeightNames::isWhole)
        .isPresent();
  }

  private static boolean isWhole(Path file) {
    return Files.exists(file)
        && (!file.toString().endsWith(".json")
            || shards(file).stream().map(file::resolveSibling).allMatch(Files::exists));
  }
}
