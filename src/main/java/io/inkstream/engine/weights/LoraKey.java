package io.inkstream.engine.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A tensor's name in a file of LoRA: `PREFIX MODULE TAIL`, in all the forms that trainers write.
///
/// @param module as the file has it, with its prefix
/// @param role what the tensor is of that module
/// @param tail how the file says so
record LoraKey(String module, Role role, String tail) {
  /// What a tensor is of its module.
  enum Role {
    DOWN,
    UP,
    ALPHA
  }

  // At most one is taken off, and once: `transformer.` is none of `transformer_blocks`.
  private static final List<String> DOTTED =
      List.of("base_model.model.", "transformer.", "diffusion_model.");
  private static final List<String> FLAT = List.of("lora_unet_", "lycoris_");

  private static final Pattern FUSED = Pattern.compile("(img_mlp[._])gate_up$");

  // `.default` is the name that PEFT gives to an adapter.
  private static final Pattern TAIL =
      Pattern.compile("\\.(?:lora_([AB])(?:\\.\\w+)?\\.weight|lora_(down|up)\\.weight|(alpha))$");

  private static final Map<Pattern, String> OTHERS =
      Map.of(
          Pattern.compile("\\.(dora_scale|lora_magnitude_vector)\\b"), "DoRA",
          Pattern.compile("\\.hada_\\w+"), "LoHa",
          Pattern.compile("\\.lokr_\\w+"), "LoKr",
          Pattern.compile("\\.lora_mid\\b"), "LoCon with a middle factor",
          Pattern.compile("\\.lora_(B|up)(\\.\\w+)?\\.bias$"), "an adapter with a bias",
          Pattern.compile("\\.(diff|diff_b|set_weight|w_norm|b_norm|reshape_weight)$"),
              "a full difference");

  /// The key of that name.
  ///
  /// @throws SnapshotException if it is of another kind of adapter, or none of an adapter
  static LoraKey of(Path file, String name) {
    OTHERS.forEach((other, kind) -> {
      if (other.matcher(name).find()) {
        throw SnapshotException.tensor(
            file, name, "belongs to %s, must be plain LoRA".formatted(kind));
      }
    });
    Matcher tail = TAIL.matcher(name);
    if (!tail.find()) {
      throw SnapshotException.tensor(
          file,
          name,
          "is no key of an adapter, must end with lora_A.weight, lora_B.weight, lora_down.weight,"
              + " lora_up.weight or alpha");
    }
    return new LoraKey(name.substring(0, tail.start()), role(tail), tail.group().substring(1));
  }

  private static Role role(Matcher tail) {
    if (tail.group(3) != null) {
      return Role.ALPHA;
    }
    return "A".equals(tail.group(1)) || "down".equals(tail.group(2)) ? Role.DOWN : Role.UP;
  }

  /// Whether the module is both first layers of Qwen-Image-2.1's MLP as one, as ComfyUI's files
  /// have them: rows of the gate, then those of what it opens.
  boolean isFused() {
    return FUSED.matcher(module).find();
  }

  LoraKey gate() {
    return new LoraKey(FUSED.matcher(module).replaceFirst("$1gate_layer"), role, tail);
  }

  LoraKey gated() {
    return new LoraKey(FUSED.matcher(module).replaceFirst("$1proj"), role, tail);
  }

  /// The model's module that is meant, if it has it.
  ///
  /// @param flat the modules by their names with `_` for `.`
  Optional<String> moduleOf(Linears linears, Map<String, String> flat) {
    for (String prefix : FLAT) {
      if (module.startsWith(prefix)) {
        return Optional.ofNullable(flat.get(module.substring(prefix.length())));
      }
    }
    String bare =
        DOTTED.stream()
            .filter(module::startsWith)
            .findFirst()
            .map(prefix -> module.substring(prefix.length()))
            .orElse(module);
    return linears.weight(bare).map(found -> bare);
  }

  /// The key of this module that the file lacks, in its form.
  String counterpart() {
    return switch (role) {
      case DOWN -> tail.replace("lora_A", "lora_B").replace("lora_down", "lora_up");
      case UP -> tail.replace("lora_B", "lora_A").replace("lora_up", "lora_down");
      case ALPHA -> "lora_A.weight and lora_B.weight, or lora_down.weight and lora_up.weight";
    };
  }
}
