package io.inkstream.engine.checkpoint;

import java.util.List;
import java.util.stream.Stream;

/// A network of the model that a file may hold.
public enum Part {
  TRANSFORMER(
      "transformer",
      "transformer",
      "transformer-path",
      List.of("model.diffusion_model.", "diffusion_model."),
      List.of("txt_norm.weight", "transformer_blocks.0.img_mod.1.weight")),
  TEXT_ENCODER(
      "text_encoder",
      "text encoder",
      "text-encoder-path",
      List.of("text_encoders.qwen25_7b.transformer."),
      List.of("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight")),
  VAE(
      "vae",
      "VAE",
      "vae-path",
      List.of("vae."),
      List.of("post_quant_conv.weight", "decoder.conv_in.weight"));

  private final String folder;
  private final String label;
  private final String setting;
  private final List<String> prefixes;
  private final List<String> signs;

  Part(String folder, String label, String setting, List<String> prefixes, List<String> signs) {
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

  /// Tensors that it always has.
  List<String> signs() {
    return signs;
  }

  static List<String> prefixes() {
    return Stream.of(values()).flatMap(part -> part.prefixes.stream()).toList();
  }
}
