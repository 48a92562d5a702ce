package io.inkstream.engine.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatentSizeTest {
  @ParameterizedTest
  @CsvSource({
    "1328, 1328, 166, 166, 6889",
    "1664,  928, 208, 116, 6032",
    " 150,   90,  18,  10,   45",
    "  16,   31,   2,   2,    1"
  })
  void sidesAreCutToWholeTokens(int width, int height, int columns, int rows, int tokens) {
    LatentSize size = LatentSize.ofPixels(width, height, 8);
    assertThat(size).isEqualTo(new LatentSize(columns, rows, 8));
    assertThat(size.tokens()).isEqualTo(tokens);
    assertThat(size.pixelWidth()).isEqualTo(width / 16 * 16);
    assertThat(size.pixelHeight()).isEqualTo(height / 16 * 16);
  }

  @ParameterizedTest
  @CsvSource({"15,64", "64,15", "0,0", "-64,64"})
  void refusesAnImageSmallerThanAToken(int width, int height) {
    assertThatThrownBy(() -> LatentSize.ofPixels(width, height, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "image size %dx%d is too small: each side must be 16 pixels or more"
                .formatted(width, height));
  }

  @Test
  void refusesAnImageWhoseLatentsFitNoArray() {
    assertThatThrownBy(() -> LatentSize.ofPixels(Integer.MAX_VALUE, Integer.MAX_VALUE, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 16777216");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -8})
  void refusesAScaleBelowOne(int vaeScale) {
    assertThatThrownBy(() -> LatentSize.ofPixels(64, 64, vaeScale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VAE scale %d must be 1 or more".formatted(vaeScale));
  }
}
