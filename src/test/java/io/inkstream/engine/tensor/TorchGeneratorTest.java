package io.inkstream.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchGeneratorTest {
  @Test
  void engineIsTheStandardMersenneTwister() {
    // The C++ standard gives the 10000th number of the default seed, 5489.
    MersenneTwister engine = new MersenneTwister(5489);
    for (int i = 1; i < 10_000; i++) {
      engine.bits32();
    }
    assertThat(Integer.toUnsignedLong(engine.bits32())).isEqualTo(4_123_659_995L);
  }

  @Test
  void onlyTheLow32BitsOfASeedCount() {
    assertThat(new TorchGenerator(-1).randn(64))
        .isEqualTo(new TorchGenerator(0xFFFF_FFFFL).randn(64))
        .isNotEqualTo(new TorchGenerator(1).randn(64));
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void halfNoiseOfWholeBlocksIsTheRoundedFloatNoise(DType type) {
    float[] halves = new TorchGenerator(7).randn(4096, type);
    float[] floats = new TorchGenerator(7).randn(4096);
    for (int i = 0; i < floats.length; i++) {
      float rounded =
          type == DType.BF16
              ? BFloat16.round(floats[i])
              : Float.float16ToFloat(Float.floatToFloat16(floats[i]));
      assertThat(halves[i]).isEqualTo(rounded);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 48, 1000, 1 << 16, (1 << 16) + 5, 200_009})
  void everyBitIsThatOfTheFormula(int n) {
    // Given the draws, in turn
    MersenneTwister engine = new MersenneTwister(21);
    float[] expected = new float[n];
    draw(engine, expected, 0);
    // When each block of 16 becomes normal, and the last 16 are drawn anew
    for (int at = 0; at + 16 <= n; at += 16) {
      toNormal(expected, at);
    }
    if (n % 16 > 0) {
      draw(engine, expected, n - 16);
      toNormal(expected, n - 16);
    }
    // Then
    assertThat(new TorchGenerator(21).randn(n)).isEqualTo(expected);
  }

  private static void draw(MersenneTwister engine, float[] values, int from) {
    for (int i = from; i < values.length; i++) {
      values[i] = engine.uniformFloat();
    }
  }

  private static void toNormal(float[] values, int at) {
    for (int i = at; i < at + 8; i++) {
      float radius = (float) Math.sqrt(-2 * (float) Math.log(1 - values[i]));
      float theta = (float) (2 * Math.PI) * values[i + 8];
      values[i] = radius * (float) Math.cos(theta);
      values[i + 8] = radius * (float) Math.sin(theta);
    }
  }

  @Test
  void noiseIsStandardNormal() {
    float[] noise = new TorchGenerator(11).randn(1 << 16);
    double sum = 0;
    double squares = 0;
    for (float value : noise) {
      sum += value;
      squares += value * value;
    }
    assertThat(sum / noise.length).isBetween(-0.02, 0.02);
    assertThat(squares / noise.length).isBetween(0.98, 1.02);
  }

  @Test
  void drawsNothingWhenAskedForNothing() {
    TorchGenerator generator = new TorchGenerator(3);
    assertThat(generator.randn(0)).isEmpty();
    assertThat(generator.randn(16)).isEqualTo(new TorchGenerator(3).randn(16));
  }

  @Test
  void refusesANegativeCountAndAnIntegerType() {
    TorchGenerator generator = new TorchGenerator(0);
    assertThatThrownBy(() -> generator.randn(-3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot draw -3 values: 0 or more are allowed");
    assertThatThrownBy(() -> generator.randn(3, DType.I8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("I8");
  }
}
