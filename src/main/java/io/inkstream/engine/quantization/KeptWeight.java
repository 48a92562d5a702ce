package io.inkstream.engine.quantization;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Weights that [Quantization] leaves as their files have them, and why.
enum KeptWeight {
  IMAGE_IN(
      "`img_in`",
      "img_in\\..*",
      "64 numbers a token are all that the model sees of a picture; a thousandth of the weights"),
  TEXT_IN("`txt_in`", "txt_in\\..*", "the same for the prompt"),
  IMAGE_OUT(
      "`norm_out`, `proj_out`",
      "(proj_out|norm_out\\.linear)\\..*",
      "what they give is the velocity itself: nothing after them evens an error out"),
  TIME(
      "`time_text_embed`",
      "time_text_embed\\..*",
      "all modulations of a step hang on it; it runs once a schedule"),
  MODULATIONS(
      "modulations (`img_mod`, `txt_mod`, a third of the transformer; Qwen-Image-2.1's"
          + " `modulation`)",
      "modulation\\..*|transformer_blocks\\.\\d+\\.(img|txt)_mod\\..*",
      "an error in them is the same for all tokens of a step and adds up. They run once a schedule"
          + " and are read from the mapped file (on a card: streamed), so fewer bits would save"
          + " neither time nor memory of its own"),
  NORMS_AND_BIASES(
      "norms, biases",
      ".*(\\.bias|norm[a-z_0-9]*\\.(weight|gamma))",
      "a number a channel: nothing to be saved"),
  EMBEDDINGS(
      "the text encoder's embeddings",
      "model\\.embed_tokens\\.weight",
      "rows are looked up in the mapped file, never multiplied"),
  UNUSED(
      "the text encoder's eyes and output layer",
      "(visual|model\\.visual|lm_head)\\..*",
      "text to image does not run them, and edits run the eyes once a picture"),
  VAE(
      "the VAE",
      "(decoder|encoder|quant_conv|post_quant_conv)\\..*",
      "its convolutions run in float32: ONNX Runtime's integer kernels are for products; it is a"
          + " two-hundredth of the weights");

  private final String shown;
  private final Pattern names;
  private final String reason;

  KeptWeight(String shown, String names, String reason) {
    this.shown = shown;
    this.names = Pattern.compile(names);
    this.reason = reason;
  }

  /// For a reader.
  String shown() {
    return shown;
  }

  String reason() {
    return reason;
  }

  /// That of a tensor, if it is one.
  static Optional<KeptWeight> of(String tensor) {
    return Stream.of(values()).filter(kept -> kept.names.matcher(tensor).matches()).findFirst();
  }
}
