package io.inkstream.engine.textencoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RememberedPromptsTest {
  private static final PromptEmbeds HUNDRED_BYTES = new PromptEmbeds(new float[25], 5, 5);

  private final RememberedPrompts prompts = new RememberedPrompts(310);

  @ParameterizedTest
  @CsvSource({"64, 4", "512, 32", "1024, 64", "65536, 64"})
  void aSixteenthOfTheHeapIsKeptAndNeverMoreThan64Megabytes(long heap, long kept) {
    assertThat(RememberedPrompts.within(heap << 20).budget()).isEqualTo(kept << 20);
  }

  @Test
  void thePromptThatWasUsedLongestAgoGoesFirst() {
    prompts.remember("a", HUNDRED_BYTES);
    prompts.remember("b", HUNDRED_BYTES);
    prompts.remember("c", HUNDRED_BYTES);
    assertThat(prompts.memory().bytes()).isEqualTo(306);
    assertThat(prompts.recall("a")).isSameAs(HUNDRED_BYTES);

    prompts.remember("d", HUNDRED_BYTES);

    assertThat(prompts.recall("b")).isNull();
    assertThat(prompts.recall("a")).isSameAs(HUNDRED_BYTES);
    assertThat(prompts.memory().bytes()).isEqualTo(306);
  }

  @Test
  void oneThatIsTooLargeAloneIsNotKeptAndCostsNoOtherItsPlace() {
    prompts.remember("a", HUNDRED_BYTES);
    prompts.remember("large", new PromptEmbeds(new float[100], 20, 5));
    assertThat(prompts.recall("large")).isNull();
    assertThat(prompts.recall("a")).isSameAs(HUNDRED_BYTES);
  }

  @Test
  void aPromptRememberedTwiceCountsOnce() {
    prompts.remember("a", HUNDRED_BYTES);
    prompts.remember("a", HUNDRED_BYTES);
    assertThat(prompts.memory().bytes()).isEqualTo(102);
  }

  @Test
  void whatIsThereAndWhatWasAskedForIsCounted() {
    prompts.remember("a", HUNDRED_BYTES);
    prompts.recall("a");
    prompts.recall("a");
    prompts.recall("b");

    assertThat(prompts.memory()).isEqualTo(new PromptMemory(1, 102, 2, 1));
  }
}
