package io.inkstream.engine.textencoder;

/// The conversation a prompt is put in before it is tokenized, as diffusers'
/// `QwenImagePipeline.prompt_template_encode`.
public final class PromptTemplate {
  /// How many of the first tokens belong to the template: the encoder's states of these are
  /// dropped.
  public static final int DROP = 34;

  private static final String PREFIX =
      "<|im_start|>system\n"
          + "Describe the image by detailing the color, shape, size, texture, quantity, text, "
          + "spatial relationships of the objects and background:<|im_end|>\n"
          + "<|im_start|>user\n";
  private static final String SUFFIX = "<|im_end|>\n<|im_start|>assistant\n";

  private PromptTemplate() {}

  /// The text to tokenize. The prompt stands in it as it is, braces and all.
  public static String apply(String prompt) {
    return PREFIX + prompt + SUFFIX;
  }
}
