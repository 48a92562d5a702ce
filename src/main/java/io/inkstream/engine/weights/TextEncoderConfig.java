package io.inkstream.engine.weights;

import java.util.List;

/// The sizes of the language part of Qwen2.5-VL or Qwen3-VL, as its `config.json` gives them.
///
/// @param generation of the model that reads with it: which of the two
/// @param hiddenSize features of a token
/// @param intermediateSize features inside the MLP
/// @param numHiddenLayers layers
/// @param numAttentionHeads query heads
/// @param numKeyValueHeads key and value heads, each shared by as many query heads
/// @param headDim features of one head
/// @param rmsNormEps epsilon of every RMSNorm
/// @param ropeTheta base of the rotary frequencies
/// @param ropeSections frequencies of a head that turn with a picture's time, height and width
/// @param vocabSize rows of the embedding
public record TextEncoderConfig(
    Generation generation,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    double rmsNormEps,
    double ropeTheta,
    List<Integer> ropeSections,
    int vocabSize) {
  private static final String CLASS = "Qwen2_5_VLForConditionalGeneration";
  private static final String MODEL_TYPE = "qwen2_5_vl";
  private static final String CLASS_21 = "Qwen3VLForConditionalGeneration";
  private static final String MODEL_TYPE_21 = "qwen3_vl";

  public TextEncoderConfig {
    ropeSections = List.copyOf(ropeSections);
  }

  /// Reads and checks the configuration, flat or with the text part under `text_config`.
  ///
  /// @throws SnapshotException if a value is wrong, or the network is one that this version does
  ///   not run
  public static TextEncoderConfig from(ComponentConfig config) {
    Generation generation = generation(config);
    ComponentConfig text =
        config.has("text_config") ? config.object("text_config").orElse(config) : config;
    ComponentConfig rope = RopeKeys.holderOfTheta(text);
    TextEncoderConfig read =
        new TextEncoderConfig(
            generation,
            text.positiveInt("hidden_size"),
            text.positiveInt("intermediate_size"),
            text.positiveInt("num_hidden_layers"),
            text.positiveInt("num_attention_heads"),
            text.positiveInt("num_key_value_heads"),
            headDim(generation, text),
            text.number("rms_norm_eps"),
            rope.number("rope_theta"),
            RopeKeys.sections(text),
            text.positiveInt("vocab_size"));
    read.check(text);
    rope.require(read.ropeTheta > 0, "rope_theta", "a positive number");
    RopeKeys.check(text, read.headDim());
    return read;
  }

  private static Generation generation(ComponentConfig config) {
    return switch (config.className()) {
      case CLASS -> of(config, MODEL_TYPE, Generation.QWEN_IMAGE);
      case CLASS_21 -> of(config, MODEL_TYPE_21, Generation.QWEN_IMAGE_21);
      default -> throw config.wrong("architectures", "[" + CLASS + "] or [" + CLASS_21 + "]");
    };
  }

  private static Generation of(ComponentConfig config, String modelType, Generation generation) {
    config.require(config.text("model_type").equals(modelType), "model_type", modelType);
    return generation;
  }

  /// Qwen2.5-VL's heads share a token's features; Qwen3-VL says how wide its heads are.
  private static int headDim(Generation generation, ComponentConfig text) {
    int heads = text.positiveInt("num_attention_heads");
    int hidden = text.positiveInt("hidden_size");
    return switch (generation) {
      case QWEN_IMAGE -> {
        text.require(
            hidden % heads == 0 && hidden / heads % 2 == 0,
            "hidden_size",
            "an even multiple of num_attention_heads = " + heads);
        int shared = hidden / heads;
        text.require(
            text.positiveInt("head_dim", shared) == shared,
            "head_dim",
            "hidden_size / num_attention_heads = " + shared);
        yield shared;
      }
      case QWEN_IMAGE_21 -> {
        int own = text.positiveInt("head_dim");
        text.require(own % 2 == 0, "head_dim", "even");
        text.require(
            !text.flag("attention_bias", false),
            "attention_bias",
            "false, this version runs no other");
        yield own;
      }
    };
  }

  private void check(ComponentConfig text) {
    text.require(
        numAttentionHeads % numKeyValueHeads == 0,
        "num_key_value_heads",
        "a divisor of num_attention_heads = " + numAttentionHeads);
    text.require(rmsNormEps > 0, "rms_norm_eps", "a positive number");
    text.require(text.text("hidden_act", "silu").equals("silu"), "hidden_act", "silu");
    text.require(
        !text.flag("use_sliding_window", false),
        "use_sliding_window",
        "false, this version runs no other");
  }
}
