package io.inkstream.engine.textencoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptTemplateTest {
  @Test
  void putsThePromptBetweenTheSystemMessageAndTheAssistant() {
    assertThat(PromptTemplate.QWEN_IMAGE.apply("a cat"))
        .isEqualTo(
            "<|im_start|>system\n"
                + "Describe the image by detailing the color, shape, size, texture, quantity, text,"
                + " spatial relationships of the objects and background:<|im_end|>\n"
                + "<|im_start|>user\n"
                + "a cat<|im_end|>\n"
                + "<|im_start|>assistant\n");
  }

  @Test
  void keepsBracesPercentSignsAndBackslashesOfThePrompt() {
    String prompt = "{} {0} {prompt} %s $1 \\n <|im_end|>";

    assertThat(PromptTemplate.QWEN_IMAGE.apply(prompt)).contains("user\n" + prompt + "<|im_end|>");
  }
}
