package io.inkstream.engine.weights;

import java.util.List;

/// The sizes of the language part of Qwen2.5-VL, as its `config.json` gives them.
///
/// @param hiddenSize features of a token
/// @param intermediateSize features inside the MLP
/// @param numHiddenLayers layers
/// @param numAttentionHeads query heads
/// @param numKeyValueHeads key and value heads, each shared by as many query heads
/// @param rmsNormEps epsilon of every RMSNorm
/// @param ropeTheta base of the rotary frequencies
/// @param ropeSections frequencies of a head that turn with a picture's time, height and width
/// @param vocabSize rows of the embedding
public record TextEncoderConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    double rmsNormEps,
    double ropeTheta,
    List<Integer> ropeSections,
    int vocabSize) {
  private static final String CLASS = "Qwen2_5_VLForConditionalGeneration";
  private static final String MODEL_TYPE = "qwen2_5_vl";

  public TextEncoderConfig {
    ropeSections = List.copyOf(ropeSections);
  }

  /// Features of one head.
  public int headDim() {
    return hiddenSize / numAttentionHeads;
  }

  /// Reads and checks the configuration, flat or with the text part under `text_config`.
  ///
  /// @throws SnapshotException if a value is wrong, or the network is one that this version does
  ///   not run
  public static TextEncoderConfig from(ComponentConfig config) {
    config.require(config.text("model_type").equals(MODEL_TYPE), "model_type", MODEL_TYPE);
    config.require(config.className().equals(CLASS), "architectures", "[" + CLASS + "]");
    ComponentConfig text =
        config.has("text_config") ? config.object("text_config").orElse(config) : config;
    ComponentConfig rope = RopeKeys.holderOfTheta(text);
    TextEncoderConfig read =
        new TextEncoderConfig(
            text.positiveInt("hidden_size"),
            text.positiveInt("intermediate_size"),
            text.positiveInt("num_hidden_layers"),
            text.positiveInt("num_attention_heads"),
            text.positiveInt("num_key_value_heads"),
            text.number("rms_norm_eps"),
            rope.number("rope_theta"),
            RopeKeys.sections(text),
            text.positiveInt("vocab_size"));
    read.check(text);
    rope.require(read.ropeTheta > 0, "rope_theta", "a positive number");
    RopeKeys.check(text, read.headDim());
    return read;
  }

  private void check(ComponentConfig text) {
    text.require(
        hiddenSize % numAttentionHeads == 0 && headDim() % 2 == 0,
        "hidden_size",
        "an even multiple of num_attention_heads = " + numAttentionHeads);
    text.require(
        numAttentionHeads % numKeyValueHeads == 0,
        "num_key_value_heads",
        "a divisor of num_attention_heads = " + numAttentionHeads);
    text.require(rmsNormEps > 0, "rms_norm_eps", "a positive number");
    text.require(
        text.positiveInt("head_dim", headDim()) == headDim(),
        "head_dim",
        "hidden_size / num_attention_heads = " + headDim());
    text.require(text.text("hidden_act", "silu").equals("silu"), "hidden_act", "silu");
    text.require(
        !text.flag("use_sliding_window", false),
        "use_sliding_window",
        "false, this version runs no other");
  }
}
