package io.inkstream.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
