package io.inkstream.engine.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Texts;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final LatentSize SIZE = LatentSize.ofPixels(256, 512, 8);

  @Test
  void picturesBranchesAndStepsAreTheRequests() {
    var load = Load.of(request(List.of("a", "b"), List.of(" "), 4, 512), SIZE);

    assertThat(load).isEqualTo(new Load(SIZE, 2, 1, 1, 20, 1, 2, 6, new Approximation.None()));
    assertThat(load.tokens()).isEqualTo(16 * 32);
    assertThat(load.pixels()).isEqualTo(256 * 512);
  }

  @Test
  void withoutGuidanceThereIsOneBranch() {
    assertThat(Load.of(request(List.of("a"), List.of(" "), 1, 512), SIZE).branches()).isEqualTo(1);
    assertThat(Load.of(request(List.of("a"), List.of(), 4, 512), SIZE).branches()).isEqualTo(1);
  }

  @Test
  void theLongestTextCountsInBytesAndIsCutForTheTransformer() {
    var load = Load.of(request(List.of("a", "äpfel"), List.of("neither plums"), 4, 8), SIZE);

    assertThat(load.promptTokens()).isEqualTo(13);
    assertThat(load.textTokens()).isEqualTo(8);
  }

  private static GenerationRequest request(
      List<String> prompts, List<String> negative, double scale, int maxSequenceLength) {
    return GenerationRequest.of("a")
        .withTexts(new Texts(prompts, negative, maxSequenceLength))
        .withCanvas(256, 512)
        .withGuidance(20, scale)
        .withDraws(new Draws(List.of(1L), 3));
  }
}
