package io.inkstream.engine.textencoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptTemplateTest {
  @Test
  void putsThePromptBetweenTheSystemMessageAndTheAssistant() {
    assertThat(PromptTemplate.apply("a cat"))
        .isEqualTo(
            "<|im_start|>system\nDescribe the image by detailing the color, shape, size, texture,"
                + " quantity, text, spatial relationships of the objects and background:<|im_end|>\n"
                + "<|im_start|>user\na cat<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void keepsBracesPercentSignsAndBackslashesOfThePrompt() {
    String prompt = "{} {0} {prompt} %s $1 \\n <|im_end|>";

    assertThat(PromptTemplate.apply(prompt)).contains("user\n" + prompt + "<|im_end|>");
  }
}
