package io.inkstream.engine.textencoder;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The conversation that a prompt and its pictures are put in before it is tokenized, as diffusers'
/// pipelines for edits have it.
public enum EditTemplate {
  /// `QwenImageEditPipeline`'s, of one picture.
  EDIT(number -> ""),

  /// `QwenImageEditPlusPipeline`'s, whose pictures have numbers.
  EDIT_PLUS(number -> "Picture " + number + ": ");

  /// How many of the first tokens belong to the template: the encoder's states of these are
  /// dropped.
  public static final int DROP = 64;

  /// Stands for a picture; its rows take this one's place.
  static final String PICTURE = "<|image_pad|>";

  private static final String PREFIX =
      "<|im_start|>system\n"
          + "Describe the key features of the input image (color, shape, size, texture, objects, "
          + "background), then explain how the user's text instruction should alter or modify the "
          + "image. Generate a new image that meets the user's requirements while maintaining "
          + "consistency with the original input where appropriate.<|im_end|>\n"
          + "<|im_start|>user\n";
  private static final String SUFFIX = "<|im_end|>\n<|im_start|>assistant\n";

  private final IntFunction<String> title;

  EditTemplate(IntFunction<String> title) {
    this.title = title;
  }

  /// What comes before the prompt.
  String opening(int pictures) {
    return PREFIX
        + IntStream.rangeClosed(1, pictures)
            .mapToObj(
                number -> title.apply(number) + "<|vision_start|>" + PICTURE + "<|vision_end|>")
            .collect(Collectors.joining());
  }

  /// The prompt and what comes after it.
  String closing(String prompt) {
    return prompt + SUFFIX;
  }
}
