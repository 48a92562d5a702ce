package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrueCfgTest {
  @Test
  void eachTokenKeepsItsConditionalNorm() {
    // Given two tokens: 0 + 2 * (3, 4) = (6, 8) of norm 10, and (1, 0) + 2 * (-1, 2) = (-1, 4)
    float[] cond = {3, 4, 0, 2};
    float[] uncond = {0, 0, 1, 0};
    // When
    TrueCfg.RESCALED.combine(cond, uncond, 2, 2);
    // Then norms are 5 and 2 as before
    float shrink = (float) (2 / Math.sqrt(17));
    assertThat(cond).containsExactly(new float[] {3, 4, -shrink, 4 * shrink}, within(1e-6f));
    assertThat(uncond).containsExactly(0, 0, 1, 0);
  }

  @Test
  void aScaleOfOneGivesTheConditionalPrediction() {
    SplittableRandom random = new SplittableRandom(9);
    float[] cond = new float[64 * 10];
    float[] uncond = new float[cond.length];
    for (int i = 0; i < cond.length; i++) {
      cond[i] = (float) random.nextDouble(-2, 2);
      uncond[i] = (float) random.nextDouble(-2, 2);
    }
    float[] expected = cond.clone();
    TrueCfg.RESCALED.combine(cond, uncond, 1, 64);
    assertThat(cond).containsExactly(expected, within(1e-6f));
  }

  @Test
  void aTokenThatCancelsOutStaysZeroInsteadOfNaN() {
    // Given 4 + 2 * (2 - 4) = 0, and a token that is zero in both
    float[] cond = {2, 2, 0, 0};
    float[] uncond = {4, 4, 0, 0};
    // When
    TrueCfg.RESCALED.combine(cond, uncond, 2, 2);
    // Then
    assertThat(cond).containsExactly(0, 0, 0, 0);
  }

  @Test
  void aBrokenPredictionStaysVisible() {
    float[] cond = {Float.NaN, 1};
    TrueCfg.RESCALED.combine(cond, new float[] {1, 1}, 4, 2);
    assertThat(cond).containsOnly(Float.NaN);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatThrownBy(() -> TrueCfg.RESCALED.combine(new float[4], new float[6], 4, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("predictions of 4 and 6 values cannot be combined");
    assertThatThrownBy(() -> TrueCfg.RESCALED.combine(new float[5], new float[5], 4, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 values are no whole tokens of 2 channels");
    assertThatThrownBy(() -> TrueCfg.RESCALED.combine(new float[4], new float[4], 4, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
