package io.inkstream.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlphaTest {
  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "1,2", "3,5", "9,7", "17,33", "64,64", "1,300", "300,1"})
  void pngKeepsColoursAndAlpha(int width, int height) throws IOException {
    for (Pixels colours : TestPictures.variety(width, height, 5)) {
      var pixels = TestPictures.transparent(colours, 6);
      for (int level : new int[] {0, 1, 6, 9}) {
        assertThat(TestPictures.decode(new PngEncoder(level).encode(pixels, Map.of())))
            .isEqualTo(pixels);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "1,2", "3,5", "9,7", "17,33", "64,64", "1,300", "300,1"})
  void webpKeepsColoursAndAlpha(int width, int height) {
    for (Pixels colours : TestPictures.variety(width, height, 7)) {
      var pixels = TestPictures.transparent(colours, 8);
      assertThat(Vp8lDecoder.decode(new WebpEncoder().encode(pixels, Map.of()))).isEqualTo(pixels);
    }
  }

  @Test
  void noiseWithAlphaIsNoLargerThanIsReckoned() {
    var pixels = TestPictures.transparent(TestPictures.noise(200, 100, 1), 2);
    for (ImageFormat format : ImageFormat.values()) {
      ImageEncoder encoder = format.encoder(OptionalInt.empty());
      assertThat(encoder.encode(pixels, Map.of()).length)
          .isLessThanOrEqualTo((int) encoder.mostBytes(pixels.area()));
    }
  }

  @Test
  void jpegShowsThePictureOnWhite() {
    var pixels = TestPictures.transparent(TestPictures.smooth(40, 30, 3), 4);
    var jpeg = new JpegEncoder(90);

    assertThat(jpeg.encode(pixels, Map.of())).isEqualTo(jpeg.encode(pixels.onWhite(), Map.of()));
  }

  @Test
  void onWhiteEachPixelIsMixedByItsAlpha() {
    byte[] rgb = {0, 100, (byte) 200, 0, 100, (byte) 200, 0, 100, (byte) 200};
    var alpha = new Plane(3, 1, new byte[] {0, (byte) 128, (byte) 255});

    assertThat(new Pixels(3, 1, rgb, Optional.of(alpha)).onWhite())
        .isEqualTo(
            new Pixels(
                3, 1, new byte[] {-1, -1, -1, 127, (byte) 177, (byte) 227, 0, 100, (byte) 200}));
  }

  @Test
  void alphaOfAnotherSizeIsRefused() {
    var alpha = Optional.of(new Plane(1, 2, new byte[2]));

    assertThatThrownBy(() -> new Pixels(2, 1, new byte[6], alpha))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Plane[1x2] is of another size than 2x1 pixels");
  }
}
