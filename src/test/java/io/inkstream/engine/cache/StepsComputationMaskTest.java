package io.inkstream.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepsComputationMaskTest {
  @Test
  void binsAlternateAndAreCutToTheSteps() {
    var mask = StepsComputationMask.ofBins(List.of(8, 3, 3, 2, 2), List.of(1, 2, 2, 2, 3), 20);
    assertThat(mask.bits()).isEqualTo("11111111011100111001");
    assertThat(mask.leadingComputeSteps()).isEqualTo(8);
  }

  @Test
  void binsNeedNotEndOnAComputedStep() {
    assertThat(StepsComputationMask.ofBins(List.of(2), List.of(3), 5).bits()).isEqualTo("11000");
  }

  @Test
  void theLongerListGoesOnAlone() {
    assertThat(StepsComputationMask.ofBins(List.of(1), List.of(2, 3), 6).bits())
        .isEqualTo("100000");
    assertThat(StepsComputationMask.ofBins(List.of(1, 0, 2), List.of(2), 5).bits())
        .isEqualTo("10011");
  }

  @Test
  void hugeBinsAreCut() {
    int most = Integer.MAX_VALUE;
    var mask = StepsComputationMask.ofBins(List.of(3, most), List.of(2, most), 10_000);
    assertThat(mask.bits()).hasSize(10_000).startsWith("11100111");
  }

  @Test
  void shortBinsAreRefused() {
    assertThatThrownBy(() -> StepsComputationMask.ofBins(List.of(8, 3), List.of(1, 2), 28))
        .isInstanceOf(InvalidCacheConfigException.class)
        .hasMessage(
            "scm_compute_bins is [8, 3] with scm_cache_bins [1, 2], must be bins that add up to the"
                + " request's 28 steps or more, not 14");
  }

  @Test
  void negativeAndMissingBinsAreRefused() {
    assertThatThrownBy(() -> StepsComputationMask.ofBins(List.of(8), List.of(-1), 5))
        .hasMessage("scm_cache_bins is [-1], must be one number or more, each 0 or more");
    assertThatThrownBy(() -> StepsComputationMask.ofBins(List.of(), List.of(1), 1))
        .hasMessage("scm_compute_bins is [], must be one number or more, each 0 or more");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void thereIsNoPresetForThatFewSteps(int steps) {
    assertThatThrownBy(() -> StepsComputationMask.preset(StepsMaskPreset.FAST, steps))
        .hasMessage(
            "num_inference_steps is " + steps + ", must be 4, 6, or 8 and more with an scm_preset");
  }

  @ParameterizedTest
  @EnumSource(StepsMaskPreset.class)
  void presetsOfAnyLengthStartAndEndComputed(StepsMaskPreset preset) {
    for (int steps = 8; steps < 500; steps++) {
      String bits = StepsComputationMask.preset(preset, steps).bits();
      assertThat(bits).hasSize(steps).startsWith("11").endsWith("1").contains("0");
    }
    assertThat(StepsComputationMask.preset(preset, 10_000).bits()).hasSize(10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "112", "1 0"})
  void otherCharactersAreRefused(String bits) {
    assertThatThrownBy(() -> new StepsComputationMask(bits))
        .hasMessage(
            "steps_computation_mask is '"
                + bits
                + "', must be 1s and 0s, one for each of 1 to"
                + " 10000 steps");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 10_001})
  void stepsHaveARange(int steps) {
    assertThatThrownBy(() -> StepsComputationMask.ofBins(List.of(9), List.of(9), steps))
        .hasMessage("num_inference_steps is " + steps + ", must be 1 to 10000");
  }

  @Test
  void stepsBeyondTheMaskNeedNotCompute() {
    var mask = new StepsComputationMask("11");
    assertThat(mask.computes(1)).isTrue();
    assertThat(mask.computes(2)).isFalse();
    assertThat(mask.leadingComputeSteps()).isEqualTo(2);
  }
}
