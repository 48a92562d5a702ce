package io.inkstream.engine.textencoder;

import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The conversation that a prompt and its pictures are put in before it is tokenized, as diffusers'
/// pipelines for edits have it.
public enum EditTemplate {
  /// `QwenImageEditPipeline`'s, of one picture.
  EDIT(EditTemplate.DESCRIBED, number -> "", "") {
    @Override
    int drop(Qwen2Tokenizer tokenizer) {
      return DROP;
    }
  },

  /// `QwenImageEditPlusPipeline`'s, whose pictures have numbers.
  EDIT_PLUS(EditTemplate.DESCRIBED, number -> "Picture " + number + ": ", "") {
    @Override
    int drop(Qwen2Tokenizer tokenizer) {
      return DROP;
    }
  },

  /// `QwenImage21Pipeline`'s with pictures. An empty prompt is a space.
  QWEN_IMAGE_21(PromptTemplate.QWEN_IMAGE_21.system(), number -> "<image" + number + ">", " ") {
    @Override
    String closing(String prompt) {
      return super.closing(prompt.isEmpty() ? " " : prompt);
    }

    @Override
    int drop(Qwen2Tokenizer tokenizer) {
      return PromptTemplate.QWEN_IMAGE_21.drop(tokenizer);
    }
  };

  /// How many of the first tokens of Qwen-Image-Edit's belong to the template, the user's mark
  /// included.
  public static final int DROP = 64;

  /// Stands for a picture; its rows take this one's place.
  static final String PICTURE = "<|image_pad|>";

  private static final String DESCRIBED =
      "<|im_start|>system\n"
          + "Describe the key features of the input image (color, shape, size, texture, objects, "
          + "background), then explain how the user's text instruction should alter or modify the "
          + "image. Generate a new image that meets the user's requirements while maintaining "
          + "consistency with the original input where appropriate.<|im_end|>\n";
  private static final String USER = "<|im_start|>user\n";
  private static final String SUFFIX = "<|im_end|>\n<|im_start|>assistant\n";

  private final String system;
  private final IntFunction<String> title;
  private final String between;

  EditTemplate(String system, IntFunction<String> title, String between) {
    this.system = system;
    this.title = title;
    this.between = between;
  }

  /// Asks that a tokenizer knows what stands for a picture.
  ///
  /// @param folder where it lies
  /// @throws TokenizerException if not
  public static void requireReadBy(Qwen2Tokenizer tokenizer, Path folder) {
    if (tokenizer.tokenId(PICTURE).isEmpty()) {
      throw new TokenizerException(
          folder + ": has no token " + PICTURE + ", must have it: the model sees pictures");
    }
  }

  /// What comes before the prompt.
  String opening(int pictures) {
    return system
        + USER
        + IntStream.rangeClosed(1, pictures)
            .mapToObj(
                number -> title.apply(number) + "<|vision_start|>" + PICTURE + "<|vision_end|>")
            .collect(Collectors.joining(between));
  }

  /// The prompt and what comes after it.
  String closing(String prompt) {
    return prompt + SUFFIX;
  }

  /// How many of the first tokens belong to the template: the encoder's states of these are
  /// dropped.
  abstract int drop(Qwen2Tokenizer tokenizer);
}
