package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.TextEncoderConfig;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The names of a network's tensors as its snapshot has them.
///
/// @param needed those that must be there
/// @param besides those that may be there, beside
record NetworkNames(Set<String> needed, Pattern besides) {
  private static final Pattern NONE = Pattern.compile("(?!)");

  /// The vision tower and the output layer, which text to image does not run.
  private static final Pattern OF_TEXT_ENCODER = Pattern.compile("(visual|lm_head)\\..+");

  /// The last norm, which Qwen-Image-2.1 does not run either.
  private static final Pattern OF_QWEN3 =
      Pattern.compile("model\\.norm\\.weight|(visual|lm_head)\\..+");

  private static final Pattern OF_RESIDUAL_VAE =
      Pattern.compile("((post_)?quant_conv|encoder\\..+|decoder\\..+)\\.(weight|bias|gamma)");

  private static final Pattern OF_VAE = Pattern.compile(vae());

  private static final List<String> TRANSFORMER_ENDS =
      List.of(
          "img_in",
          "txt_in",
          "time_text_embed.timestep_embedder.linear_1",
          "time_text_embed.timestep_embedder.linear_2",
          "norm_out.linear",
          "proj_out");

  private static final List<String> BLOCK_LINEARS =
      List.of(
          "attn.to_q",
          "attn.to_k",
          "attn.to_v",
          "attn.add_q_proj",
          "attn.add_k_proj",
          "attn.add_v_proj",
          "attn.to_out.0",
          "attn.to_add_out",
          "img_mlp.net.0.proj",
          "img_mlp.net.2",
          "txt_mlp.net.0.proj",
          "txt_mlp.net.2",
          "img_mod.1",
          "txt_mod.1");

  private static final List<String> BLOCK_NORMS =
      List.of("attn.norm_q", "attn.norm_k", "attn.norm_added_q", "attn.norm_added_k");

  private static final List<String> SINGLE_STREAM_ENDS =
      List.of(
          "img_in",
          "txt_in.text_norm",
          "txt_in.in_layer",
          "txt_in.out_layer",
          "time_text_embed.timestep_embedder.linear_1",
          "time_text_embed.timestep_embedder.linear_2",
          "modulation.1",
          "norm_out.linear",
          "proj_out");

  private static final List<String> SINGLE_STREAM_BLOCK =
      List.of(
          "attn.to_q",
          "attn.to_k",
          "attn.to_v",
          "attn.to_out.0",
          "attn.norm_q",
          "attn.norm_k",
          "img_mlp.proj",
          "img_mlp.gate_layer",
          "img_mlp.out");

  private static final List<String> LAYER_BIASED =
      List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");

  private static final List<String> LAYER_PLAIN =
      List.of(
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj",
          "input_layernorm",
          "post_attention_layernorm");

  /// Those of a part with that configuration.
  static NetworkNames of(Part part, ComponentConfig config) {
    return switch (part.generation(config)) {
      case QWEN_IMAGE -> ofQwenImage(part, config);
      case QWEN_IMAGE_21 -> ofQwenImage21(part, config);
    };
  }

  private static NetworkNames ofQwenImage(Part part, ComponentConfig config) {
    return switch (part) {
      case TRANSFORMER -> transformer(TransformerConfig.from(config).numLayers());
      case TEXT_ENCODER -> textEncoder(TextEncoderConfig.from(config).numHiddenLayers());
      // Its graph asks for what it needs; an encoder may be there or not.
      case VAE -> new NetworkNames(Set.of(), OF_VAE);
    };
  }

  private static NetworkNames ofQwenImage21(Part part, ComponentConfig config) {
    return switch (part) {
      case TRANSFORMER -> singleStream(TransformerConfig.from(config).numLayers());
      case TEXT_ENCODER -> qwen3(TextEncoderConfig.from(config).numHiddenLayers());
      case VAE -> new NetworkNames(Set.of(), OF_RESIDUAL_VAE);
    };
  }

  private static NetworkNames singleStream(int blocks) {
    Set<String> names = new LinkedHashSet<>();
    SINGLE_STREAM_ENDS.forEach(layer -> names.add(layer + ".weight"));
    for (int block = 0; block < blocks; block++) {
      String prefix = "transformer_blocks." + block + ".";
      SINGLE_STREAM_BLOCK.forEach(layer -> names.add(prefix + layer + ".weight"));
    }
    return new NetworkNames(names, NONE);
  }

  private static NetworkNames qwen3(int layers) {
    Set<String> names = new LinkedHashSet<>(List.of("model.embed_tokens.weight"));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      LAYER_BIASED.forEach(one -> names.add(prefix + one + ".weight"));
      LAYER_PLAIN.forEach(one -> names.add(prefix + one + ".weight"));
      names.add(prefix + "self_attn.q_norm.weight");
      names.add(prefix + "self_attn.k_norm.weight");
    }
    return new NetworkNames(names, OF_QWEN3);
  }

  private static NetworkNames transformer(int blocks) {
    Set<String> names = new LinkedHashSet<>();
    TRANSFORMER_ENDS.forEach(layer -> addBiased(names, layer));
    names.add("txt_norm.weight");
    for (int block = 0; block < blocks; block++) {
      String prefix = "transformer_blocks." + block + ".";
      BLOCK_LINEARS.forEach(layer -> addBiased(names, prefix + layer));
      BLOCK_NORMS.forEach(layer -> names.add(prefix + layer + ".weight"));
    }
    return new NetworkNames(names, NONE);
  }

  private static NetworkNames textEncoder(int layers) {
    Set<String> names =
        new LinkedHashSet<>(List.of("model.embed_tokens.weight", "model.norm.weight"));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      LAYER_BIASED.forEach(one -> addBiased(names, prefix + one));
      LAYER_PLAIN.forEach(one -> names.add(prefix + one + ".weight"));
    }
    return new NetworkNames(names, OF_TEXT_ENCODER);
  }

  private static String vae() {
    String biased = "\\.(weight|bias)";
    String residual = "((norm1|norm2)\\.gamma|(conv1|conv2|conv_shortcut)" + biased + ")";
    String sampler = "(resample\\.1|time_conv)" + biased;
    String attention = "(norm\\.gamma|(to_qkv|proj)" + biased + ")";
    String middle =
        "mid_block\\.(resnets\\.[01]\\." + residual + "|attentions\\.0\\." + attention + ")";
    String ends = "(conv_in|conv_out)" + biased + "|norm_out\\.gamma|" + middle;
    String down = "down_blocks\\.\\d+\\.(" + residual + "|" + sampler + ")";
    String up =
        "up_blocks\\.\\d+\\.(resnets\\.\\d+\\." + residual + "|upsamplers\\.0\\." + sampler + ")";
    return "(post_)?quant_conv%1$s|encoder\\.(%2$s|%3$s)|decoder\\.(%2$s|%4$s)"
        .formatted(biased, ends, down, up);
  }

  private static void addBiased(Set<String> names, String layer) {
    names.add(layer + ".weight");
    names.add(layer + ".bias");
  }

  /// Whether a network has a tensor of that name.
  boolean has(String name) {
    return needed.contains(name) || besides.matcher(name).matches();
  }
}
