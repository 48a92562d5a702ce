package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentsTest {
  @Test
  void tokensAreTwoByTwoPatchesOfAllChannels() {
    // Given two channels of 2 rows and 4 columns
    float[] latents = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17};
    // When
    float[] tokens = Latents.pack(latents, 2, 2, 4, 2);
    // Then
    assertThat(tokens).containsExactly(0, 1, 4, 5, 10, 11, 14, 15, 2, 3, 6, 7, 12, 13, 16, 17);
  }

  @Test
  void unpackingUndoesPacking() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 100; round++) {
      int channels = random.nextInt(1, 18);
      int h = 2 * random.nextInt(1, 12);
      int w = 2 * random.nextInt(1, 12);
      float[] latents = new float[channels * h * w];
      for (int i = 0; i < latents.length; i++) {
        latents[i] = i;
      }
      float[] tokens = Latents.pack(latents, channels, h, w, 2);
      assertThat(Latents.unpack(tokens, channels, h, w, 2)).isEqualTo(latents);
    }
  }

  @ParameterizedTest
  @CsvSource({"16,6,10,2", "3,5,7,1", "2,6,9,3", "1,2,2,2"})
  void eachLatentIsWhereTheFormulaPutsIt(int channels, int h, int w, int p) {
    float[] latents = new float[channels * h * w];
    float[] expected = new float[latents.length];
    for (int i = 0; i < latents.length; i++) {
      int x = i % w;
      int y = i / w % h;
      int c = i / w / h;
      latents[i] = i;
      expected[(y / p * (w / p) + x / p) * p * p * channels + p * p * c + p * (y % p) + x % p] = i;
    }
    assertThat(Latents.pack(latents, channels, h, w, p)).isEqualTo(expected);
    assertThat(Latents.unpack(expected, channels, h, w, p)).isEqualTo(latents);
  }

  @ParameterizedTest
  @CsvSource({"2,2,3", "2,3,2", "0,2,2", "1,0,2", "-1,-2,2"})
  void refusesOddSidesAndNoChannels(int channels, int h, int w) {
    assertThatThrownBy(() -> Latents.pack(new float[12], channels, h, w, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[%d, %d, %d]".formatted(channels, h, w));
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThatThrownBy(() -> Latents.unpack(new float[12], 2, 2, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("12 values do not fill latents [2, 2, 2]");
    assertThatThrownBy(() -> Latents.pack(new float[0], 1, 1 << 16, 1 << 16, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
