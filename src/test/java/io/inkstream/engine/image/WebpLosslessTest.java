package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The encoder's files were also opened with Pillow (libwebp) when it was written, 88 pictures from
/// 1x1 to 16383x1 and 1328x1328, and had every pixel right; here the decoder is the test's own.
class WebpLosslessTest {
  private static byte[] encode(Pixels pixels) {
    return new WebpEncoder().encode(pixels, Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "1,1", "2,1", "1,2", "2,2", "3,5", "8,8", "9,7", "17,33", "64,64", "1,700", "700,1", "255,3"
  })
  void everyPixelReturns(int width, int height) {
    for (Pixels pixels : TestPictures.variety(width, height, width + 31L * height)) {
      assertThat(Vp8lDecoder.decode(encode(pixels))).isEqualTo(pixels);
    }
  }

  @ParameterizedTest
  @CsvSource({"16383,1", "1,16383"})
  void theLongestSidesFit(int width, int height) {
    Pixels pixels = TestPictures.stripes(width, height, 1);
    assertThat(Vp8lDecoder.decode(encode(pixels))).isEqualTo(pixels);
  }

  @Test
  void runsLongerThanOneReferenceReturn() {
    Pixels pixels = TestPictures.flat(300, 100, 0x123456);
    byte[] file = encode(pixels);
    assertThat(Vp8lDecoder.decode(file)).isEqualTo(pixels);
    assertThat(file.length).isLessThan(200);
  }

  @Test
  void codesAreCompleteAndNoLongerThanAllowed() {
    int[] fibonacci = new int[40];
    fibonacci[0] = 1;
    fibonacci[1] = 1;
    for (int i = 2; i < fibonacci.length; i++) {
      fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
    }
    for (int limit : new int[] {7, 15}) {
      double sum = 0;
      for (int length : Vp8lPrefixCode.of(fibonacci, limit).lengths()) {
        assertThat(length).isBetween(1, limit);
        sum += Math.pow(2, -length);
      }
      assertThat(sum).isEqualTo(1);
    }
  }

  @Test
  void theGoldenPictureIsSmallerThanItsPng() throws IOException {
    Pixels apple = TestPictures.apple();
    byte[] file = encode(apple);
    assertThat(Vp8lDecoder.decode(file)).isEqualTo(apple);
    assertThat(file.length).isLessThan(new PngEncoder().encode(apple, Map.of()).length * 9 / 10);
  }

  @Test
  void theContainerIsWellFormedAndRepeatable() {
    for (int width = 1; width < 20; width++) {
      Pixels pixels = TestPictures.smooth(width, 3, 4);
      byte[] file = encode(pixels);
      ByteBuffer riff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(new String(file, 0, 4, US_ASCII)).isEqualTo("RIFF");
      assertThat(riff.getInt(4)).isEqualTo(file.length - 8).isEven();
      assertThat(new String(file, 8, 8, US_ASCII)).isEqualTo("WEBPVP8L");
      assertThat(riff.getInt(16)).isBetween(file.length - 21, file.length - 20);
      assertThat(new WebpEncoder().encode(pixels, Map.of("prompt", "熊"))).isEqualTo(file);
    }
  }
}
