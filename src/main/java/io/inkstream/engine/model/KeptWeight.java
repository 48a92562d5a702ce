package io.inkstream.engine.model;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Weights that [Quantization] leaves as their files have them, and why.
enum KeptWeight {
  IMAGE_IN(
      "img_in\\.weight",
      "64 numbers a token are all that the model sees of a picture; a thousandth of the weights"),
  TEXT_IN("txt_in\\.weight", "the same for the prompt"),
  IMAGE_OUT(
      "(proj_out|norm_out\\.linear)\\.weight",
      "what it gives is the velocity itself: nothing after it evens an error out"),
  TIME("time_text_embed\\..*", "all modulations of a step hang on it, and it runs once a schedule"),
  MODULATIONS(
      "transformer_blocks\\.\\d+\\.(img|txt)_mod\\..*",
      "their errors would be the same for all tokens of a step and add up; they run once a"
          + " schedule, from the mapped file, so that fewer bits would save neither time nor"
          + " private memory"),
  NORMS_AND_BIASES(
      ".*(\\.bias|norm[a-z_0-9]*\\.weight|\\.gamma)", "one number a channel: nothing to be saved"),
  EMBEDDINGS(
      "model\\.embed_tokens\\.weight", "rows are looked up in the mapped file, never multiplied"),
  UNUSED("visual\\..*|lm_head\\..*", "text to image does not run it"),
  VAE(
      "(decoder|encoder|quant_conv|post_quant_conv)\\..*",
      "convolutions, which ONNX Runtime's integer kernels take no part of; a two-hundredth of the"
          + " weights");

  private final Pattern names;
  private final String reason;

  KeptWeight(String names, String reason) {
    this.names = Pattern.compile(names);
    this.reason = reason;
  }

  String names() {
    return names.pattern();
  }

  String reason() {
    return reason;
  }

  /// That of a tensor, if it is one.
  static Optional<KeptWeight> of(String tensor) {
    return Stream.of(values()).filter(kept -> kept.names.matcher(tensor).matches()).findFirst();
  }
}
