package io.inkstream.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelsAndFormatsTest {
  @ParameterizedTest
  @CsvSource({"0,1,0", "1,0,0", "-1,-1,3", "2,2,11", "2,2,13", "2147483647,2147483647,3"})
  void pixelsThatDoNotFillThePictureAreRefused(int width, int height, int bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pixels(width, height, new byte[bytes]))
        .withMessageContaining(width + "x" + height);
  }

  @Test
  void pixelsAreEqualByContent() {
    assertThat(TestPictures.noise(5, 4, 1))
        .isEqualTo(TestPictures.noise(5, 4, 1))
        .hasSameHashCodeAs(TestPictures.noise(5, 4, 1))
        .isNotEqualTo(TestPictures.noise(4, 5, 1))
        .isNotEqualTo(TestPictures.noise(5, 4, 2));
  }

  @ParameterizedTest
  @CsvSource({"png,PNG", "PnG,PNG", "jpg,JPEG", "JPEG,JPEG", "webp,WEBP"})
  void formatsAreFoundInAnyCase(String name, ImageFormat format) {
    assertThat(ImageFormat.named(name)).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gif", "png ", "image/png"})
  void anUnknownFormatIsNamedTogetherWithTheKnownOnes(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFormat.named(name))
        .withMessageStartingWith(
            "image format '%s': must be one of %s"
                .formatted(name, String.join(", ", ImageFormat.words())));
  }

  @ParameterizedTest
  @CsvSource({"PNG,-1", "PNG,10", "JPEG,0", "JPEG,101", "WEBP,-1", "WEBP,101"})
  void settingsOutOfRangeAreRefused(ImageFormat format, int setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> format.encoder(OptionalInt.of(setting)))
        .withMessageContaining(" " + setting + ": must be from ");
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatHasAnEncoderThatSaysWhichItIs(ImageFormat format) {
    ImageEncoder encoder = format.encoder(OptionalInt.empty());
    assertThat(encoder.format()).isEqualTo(format);
    assertThat(format.mediaType()).isEqualTo("image/" + format.name().toLowerCase(Locale.ROOT));
    assertThat(ImageFormat.named(format.extension())).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " lead", "trail ", "two  spaces", "new\nline", "zero\0", "熊", "\u00a0"})
  void keywordsFollowTheRulesOfPngInEveryFormat(String keyword) {
    Pixels pixels = TestPictures.flat(1, 1, 0);
    for (ImageFormat format : ImageFormat.values()) {
      ImageEncoder encoder = format.encoder(OptionalInt.empty());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.encode(pixels, Map.of(keyword, "text")))
          .withMessageContaining("text keyword '" + keyword + "'");
    }
  }

  @Test
  void keywordsHaveAtMost79Characters() {
    Pixels pixels = TestPictures.flat(1, 1, 0);
    assertThat(PngText.read(new PngEncoder().encode(pixels, Map.of("k".repeat(79), "v"))))
        .containsEntry("k".repeat(79), "v");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PngEncoder().encode(pixels, Map.of("k".repeat(80), "v")));
  }

  @Test
  void sidesBeyondTheFormatAreRefused() {
    Pixels wide = TestPictures.flat(70_000, 1, 0);
    for (ImageEncoder encoder : new ImageEncoder[] {new JpegEncoder(50), new WebpEncoder()}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.encode(wide, Map.of()))
          .withMessageContaining("70000x1");
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void noFileIsLargerThanItsEncoderSays(ImageFormat format) {
    for (int setting : new int[] {0, 100}) {
      var encoder = format.encoder(OptionalInt.of(format.setting(setting)));
      for (int side : new int[] {16, 200}) {
        long pixels = (long) side * side;
        assertThat(encoder.encode(TestPictures.noise(side, side, 1), Map.of()).length)
            .isLessThanOrEqualTo((int) encoder.mostBytes(pixels));
        assertThat(encoder.heapBytes(pixels)).isGreaterThan(encoder.mostBytes(pixels));
      }
    }
  }
}
