package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.textencoder.PromptEmbeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptsTest {
  private static PromptEmbeds text(int tokens) {
    return new PromptEmbeds(new float[tokens], tokens, 1);
  }

  @Test
  void theLongestTextMayBeANegativePrompt() {
    assertThat(new Prompts(List.of(text(3), text(7)), List.of()).longest()).isEqualTo(7);
    assertThat(new Prompts(List.of(text(3)), List.of(text(9))).longest()).isEqualTo(9);
  }

  @Test
  void whatIsAskedOfTheTransformerHasTokensNotTheBytesOfAText() {
    var admitted = Admitted.of(GenerationRequest.of("an astronaut"));

    assertThat(admitted.load().textTokens()).isEqualTo(12);
    assertThat(admitted.shape(2).textTokens()).isEqualTo(2);
  }
}
