package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.TextEncoderConfig;
import io.inkstream.engine.weights.TransformerConfig;
import io.inkstream.engine.weights.VaeConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A network of the model that a file may hold.
public enum Part {
  TRANSFORMER(
      "transformer",
      "transformer",
      "transformer-path",
      List.of("model.diffusion_model.", "diffusion_model."),
      Map.of(
          Generation.QWEN_IMAGE,
          List.of("txt_norm.weight", "transformer_blocks.0.img_mod.1.weight"),
          Generation.QWEN_IMAGE_21,
          List.of("txt_in.text_norm.weight", "transformer_blocks.0.attn.to_q.weight"))),
  TEXT_ENCODER(
      "text_encoder",
      "text encoder",
      "text-encoder-path",
      List.of("text_encoders.qwen25_7b.transformer.", "text_encoders.qwen3vl_8b.transformer."),
      alike(List.of("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight"))),
  VAE(
      "vae",
      "VAE",
      "vae-path",
      List.of("vae."),
      alike(List.of("post_quant_conv.weight", "decoder.conv_in.weight")));

  private final String folder;
  private final String label;
  private final String setting;
  private final List<String> prefixes;
  private final Map<Generation, List<String>> signs;

  Part(
      String folder,
      String label,
      String setting,
      List<String> prefixes,
      Map<Generation, List<String>> signs) {
    this.folder = folder;
    this.label = label;
    this.setting = setting;
    this.prefixes = prefixes;
    this.signs = signs;
  }

  /// Its folder in a snapshot.
  public String folder() {
    return folder;
  }

  /// What people call it.
  public String label() {
    return label;
  }

  /// The setting that names its file.
  public String setting() {
    return setting;
  }

  /// What stands before its names in files with several networks.
  List<String> ownPrefixes() {
    return prefixes;
  }

  /// Which networks a configuration of it is of.
  Generation generation(ComponentConfig config) {
    return switch (this) {
      case TRANSFORMER -> TransformerConfig.from(config).generation();
      case TEXT_ENCODER -> TextEncoderConfig.from(config).generation();
      case VAE -> VaeConfig.from(config).generation();
    };
  }

  private static Map<Generation, List<String>> alike(List<String> signs) {
    return Map.of(Generation.QWEN_IMAGE, signs, Generation.QWEN_IMAGE_21, signs);
  }

  /// Tensors that it always has.
  List<String> signs(Generation generation) {
    return signs.getOrDefault(generation, List.of());
  }

  /// Whether names are a network's of this kind, of whichever generation.
  boolean isOf(Set<String> names) {
    return signs.values().stream().anyMatch(names::containsAll);
  }

  static List<String> prefixes() {
    return Stream.of(values()).flatMap(part -> part.prefixes.stream()).toList();
  }
}
