package io.inkstream.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlaneTest {
  @Test
  void greyIsWhatPilMakesOfColours() {
    byte[] rgb = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 10, 20, 30};
    // Image.convert("L") of Pillow 11.3
    assertThat(Plane.luminance(new Pixels(4, 1, rgb)).samples())
        .containsExactly(76, (byte) 150, 29, 18);
  }

  @Test
  void theMaskOfAnAlphaChannelIsWhiteWhereNothingIsSeen() {
    var alpha = new Plane(3, 1, new byte[] {0, 1, (byte) 255});
    assertThat(alpha.whereZero()).isEqualTo(new Plane(3, 1, new byte[] {(byte) 255, 0, 0}));
  }

  @Test
  void bytesOfAnotherNumberAreRefused() {
    assertThatThrownBy(() -> new Plane(2, 2, new byte[3]))
        .hasMessage("3 bytes do not fill 2x2 pixels of one byte");
  }
}
