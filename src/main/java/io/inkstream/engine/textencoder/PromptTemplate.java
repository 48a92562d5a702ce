package io.inkstream.engine.textencoder;

/// The conversation a prompt is put in before it is tokenized, as diffusers'
/// `prompt_template_encode` of each pipeline.
public enum PromptTemplate {
  /// `QwenImagePipeline`'s.
  QWEN_IMAGE(
      "<|im_start|>system\n"
          + "Describe the image by detailing the color, shape, size, texture, quantity, text, "
          + "spatial relationships of the objects and background:<|im_end|>\n") {
    @Override
    int drop(Qwen2Tokenizer tokenizer) {
      return DROP;
    }
  },

  /// `QwenImage21Pipeline`'s. An empty prompt is a space.
  QWEN_IMAGE_21("<|im_start|>system\nComprehend and analyze the provided prompt.<|im_end|>\n") {
    @Override
    public String apply(String prompt) {
      return super.apply(prompt.isEmpty() ? " " : prompt);
    }

    @Override
    int drop(Qwen2Tokenizer tokenizer) {
      return tokenizer.encode(system()).length;
    }
  };

  /// How many of Qwen-Image's first tokens belong to the template, the user's mark included.
  public static final int DROP = 34;

  private static final String USER = "<|im_start|>user\n";
  private static final String SUFFIX = "<|im_end|>\n<|im_start|>assistant\n";

  private final String system;

  PromptTemplate(String system) {
    this.system = system;
  }

  /// What the system says, before the user.
  String system() {
    return system;
  }

  /// The text to tokenize. The prompt stands in it as it is, braces and all.
  public String apply(String prompt) {
    return system + USER + prompt + SUFFIX;
  }

  /// How many of the first tokens belong to the template: the encoder's states of these are
  /// dropped.
  abstract int drop(Qwen2Tokenizer tokenizer);
}
