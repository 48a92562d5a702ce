package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    float[] cond = values(64 * 10, 1, 9);
    float[] uncond = values(64 * 10, 1, 10);
    float[] expected = cond.clone();
    TrueCfg.RESCALED.combine(cond, uncond, 1, 64);
    assertThat(cond).containsExactly(expected, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({"5,64,1", "1023,64,1", "4099,64,1", "5001,17,1", "2048,64,1e-30", "2048,64,1e30"})
  void everyBitIsThatOfTheFormula(int tokens, int channels, float magnitude) {
    float[] cond = values(tokens * channels, magnitude, 3);
    float[] uncond = values(tokens * channels, magnitude, 4);
    for (TrueCfg guidance : TrueCfg.values()) {
      float[] expected = cond.clone();
      for (int token = 0; token < tokens; token++) {
        byTheFormula(guidance, expected, uncond, token * channels, (token + 1) * channels);
      }
      float[] combined = cond.clone();
      guidance.combine(combined, uncond, 4.5f, channels);
      assertThat(combined).isEqualTo(expected);
    }
  }

  private static void byTheFormula(TrueCfg guidance, float[] v, float[] uncond, int from, int to) {
    float before = norm(v, from, to);
    for (int i = from; i < to; i++) {
      v[i] = uncond[i] + 4.5f * (v[i] - uncond[i]);
    }
    if (guidance == TrueCfg.RESCALED) {
      float factor = before / norm(v, from, to);
      for (int i = from; i < to; i++) {
        v[i] *= factor;
      }
    }
  }

  private static float norm(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return (float) Math.sqrt(sum);
  }

  private static float[] values(int count, float magnitude, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = magnitude * (float) random.nextDouble(-2, 2);
    }
    return values;
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
