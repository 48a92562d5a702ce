package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.VaeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Where one part of the model lies: a folder of a snapshot, or a single file of whatever form. To
/// the other rooms both are a [Component] with a snapshot's names.
public final class Checkpoint {
  private static final String CONFIG = "config.json";
  private static final String QUANTIZED = "quantization_config";
  private static final String MARK_2511 = "__index_timestep_zero__";
  private static final String ZERO_COND_T = "zero_cond_t";

  private final Path path;
  private final Part part;
  private final boolean edits;
  private final CheckpointFile file;

  private Checkpoint(Path path, Part part, boolean edits) {
    this.edits = edits;
    this.path = path;
    this.part = part;
    this.file = CheckpointFile.open(path);
  }

  /// Reads the headers of a part's weights.
  ///
  /// @param path a folder with weights and perhaps its own configuration, or a single file
  /// @param config the part's configuration, if the path has none
  /// @throws SnapshotException if it is missing or damaged, holds something else, or is stored in a
  ///   form that is not read here
  public static Component open(Path path, Part part, Supplier<ComponentConfig> config) {
    return open(path, part, config, false);
  }

  /// The same of a model that edits pictures or not.
  ///
  /// @param edits whether it does: then a transformer of Qwen-Image-Edit-2511 is one of its own,
  ///   and its mark stands for `zero_cond_t` in the configuration
  public static Component open(
      Path path, Part part, Supplier<ComponentConfig> config, boolean edits) {
    return Files.isDirectory(path)
        ? folder(path, part, config, edits)
        : new Checkpoint(path, part, edits).component(config.get());
  }

  private static Component folder(
      Path folder, Part part, Supplier<ComponentConfig> config, boolean edits) {
    Path own = folder.resolve(CONFIG);
    ComponentConfig read = Files.exists(own) ? ComponentConfig.read(own) : config.get();
    if (read.has(QUANTIZED)) {
      throw read.wrong(
          QUANTIZED, "absent: no folder of this kind is read; take a ComfyUI file or a GGUF");
    }
    Optional<Path> single = SingleFile.in(folder);
    if (single.isPresent()) {
      return new Checkpoint(single.get(), part, edits).component(read);
    }
    var stored = Component.of(folder, read);
    var joined = ScaledWeights.joined(folder, stored.tensors(), Map.of());
    return stored.with(
        part == Part.TEXT_ENCODER ? named(folder, joined, LanguageModelNames::usual) : joined);
  }

  private Component component(ComponentConfig config) {
    Generation generation = part.generation(config);
    String prefix = Prefixes.of(file.names(), part.ownPrefixes());
    Set<String> names = NameForm.inside(file.names(), prefix);
    if (file instanceof CheckpointFile.Gguf(GgufFile gguf)) {
      Foreign.refuseArchitecture(
          path, gguf.value("general.architecture").orElse(""), part, generation);
      requireWhole(gguf);
    }
    Foreign.refuse(path, names, generation);
    var tensors =
        ScaledWeights.joined(path, Prefixes.inside(file.tensors(), prefix), file.metadata());
    Map<String, TensorEntry> named = named(path, GateUp.split(tensors), names(config, names));
    ComponentConfig marked = marked(config, named);
    requirePart(named.keySet(), prefix, generation);
    requireComplete(named, NetworkNames.of(part, marked));
    return new Component(path, marked, named);
  }

  /// The configuration as the file's mark has it.
  ///
  /// @param tensors without the mark afterwards
  private ComponentConfig marked(ComponentConfig config, Map<String, TensorEntry> tensors) {
    if (part != Part.TRANSFORMER || tensors.remove(MARK_2511) == null) {
      return config;
    }
    if (!edits && !config.flag(ZERO_COND_T, false)) {
      throw Foreign.edit2511(path, MARK_2511);
    }
    return config.with(ZERO_COND_T, true);
  }

  private void requireWhole(GgufFile gguf) {
    String parts = gguf.value("split.count").orElse("1");
    if (!parts.equals("1") && !parts.equals("0")) {
      throw new SnapshotException(
          path,
          "split.count is %s, must be one whole file; join them with gguf-split --merge"
              .formatted(SnapshotException.shown(parts)));
    }
  }

  /// What the file's names are in a snapshot; those that are none stay as they are.
  private UnaryOperator<String> names(ComponentConfig config, Set<String> names) {
    return switch (part) {
      case TRANSFORMER -> name -> name;
      case TEXT_ENCODER ->
          name -> LlamaNames.named(name).orElseGet(() -> LanguageModelNames.usual(name));
      case VAE -> {
        if (!WanVaeNames.areIn(names)) {
          yield name -> name;
        }
        var wan = WanVaeNames.of(VaeConfig.from(config).numResBlocks());
        yield name -> wan.named(name).orElse(name);
      }
    };
  }

  private static Map<String, TensorEntry> named(
      Path path, Map<String, TensorEntry> tensors, UnaryOperator<String> names) {
    Map<String, TensorEntry> named = new LinkedHashMap<>();
    tensors.forEach((name, entry) -> {
      String own = names.apply(name);
      if (named.put(own, entry.named(own)) != null) {
        throw SnapshotException.tensor(path, entry.name(), "is there twice, as " + own);
      }
    });
    return named;
  }

  /// That the file holds the part at all; if another, which setting takes it.
  private void requirePart(Set<String> names, String prefix, Generation generation) {
    List<String> signs = part.signs(generation);
    if (names.containsAll(signs)) {
      return;
    }
    var other = NameForm.of(file.names()).part();
    if (other.isPresent()) {
      throw new SnapshotException(
          path,
          "holds a %s, must hold a %s; give it with --%s"
              .formatted(other.get().label(), part.label(), other.get().setting()));
    }
    String missing = signs.stream().filter(sign -> !names.contains(sign)).findFirst().orElseThrow();
    throw SnapshotException.tensor(
        path,
        prefix + missing,
        "is missing among %d tensors, must be there in a %s".formatted(names.size(), part.label()));
  }

  private void requireComplete(Map<String, TensorEntry> tensors, NetworkNames network) {
    for (String name : network.needed()) {
      if (!tensors.containsKey(name)) {
        throw SnapshotException.tensor(
            path,
            name,
            "is missing, must be among the " + tensors.size() + " tensors of this file");
      }
    }
    for (var tensor : tensors.entrySet()) {
      if (!network.has(tensor.getKey())) {
        throw SnapshotException.tensor(
            path,
            tensor.getKey(),
            "is of no layer of this %s, must be of one that its configuration has"
                .formatted(part.label()));
      }
    }
  }
}
