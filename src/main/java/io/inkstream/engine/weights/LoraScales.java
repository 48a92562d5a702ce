package io.inkstream.engine.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The scales of an adapter without tensors for them: what diffusers' trainers write into the
/// header and PEFT into `adapter_config.json` beside the file. Without either, 1.
///
/// @param config `lora_alpha`, `use_rslora`, `alpha_pattern`
/// @param prefix of those keys
record LoraScales(Optional<ComponentConfig> config, String prefix) {
  private static final String HEADER = "lora_adapter_metadata";
  private static final String BESIDE = "adapter_config.json";

  /// @throws SnapshotException if they are damaged, or say that this is another kind of adapter
  static LoraScales of(Path file, SafetensorsFile safetensors) {
    String header = safetensors.metadata().get(HEADER);
    if (header != null) {
      return checked(ComponentConfig.parse(file, HEADER, header), "transformer.");
    }
    Path beside = file.resolveSibling(BESIDE);
    return Files.exists(beside)
        ? checked(ComponentConfig.read(beside), "")
        : new LoraScales(Optional.empty(), "");
  }

  private static LoraScales checked(ComponentConfig config, String prefix) {
    config.require(!config.flag(prefix + "use_dora", false), prefix + "use_dora", "false: no DoRA");
    return new LoraScales(Optional.of(config), prefix);
  }

  /// That of a module.
  double of(String module, int rank) {
    return config
        .filter(found -> found.has(prefix + "lora_alpha") || pattern(found, module).isPresent())
        .map(found -> alpha(found, module) / divisor(found, rank))
        .orElse(1.0);
  }

  private double alpha(ComponentConfig found, String module) {
    return pattern(found, module).orElseGet(() -> found.number(prefix + "lora_alpha"));
  }

  private double divisor(ComponentConfig found, int rank) {
    return found.flag(prefix + "use_rslora", false) ? Math.sqrt(rank) : rank;
  }

  // PEFT's patterns are whole names or their last parts.
  private Optional<Double> pattern(ComponentConfig found, String module) {
    String key = prefix + "alpha_pattern";
    if (!found.has(key)) {
      return Optional.empty();
    }
    var patterns = found.object(key);
    for (String name = module; ; name = name.substring(name.indexOf('.') + 1)) {
      if (patterns.has(name)) {
        return Optional.of(patterns.number(name));
      }
      if (name.indexOf('.') < 0) {
        return Optional.empty();
      }
    }
  }
}
