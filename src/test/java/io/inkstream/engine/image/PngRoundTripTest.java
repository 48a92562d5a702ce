package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngRoundTripTest {
  @ParameterizedTest
  @CsvSource({"1,1", "1,9", "9,1", "2,3", "17,5", "64,33", "129,31", "5,128", "3,300"})
  void anotherDecoderSeesTheSamePixelsAtEveryLevel(int width, int height) throws IOException {
    for (int level = 0; level <= 9; level++) {
      for (Pixels pixels : TestPictures.variety(width, height, level)) {
        assertThat(TestPictures.decode(new PngEncoder(level).encode(pixels, Map.of())))
            .isEqualTo(pixels);
      }
    }
  }

  /// The stripes' checksums are those of one stream, which only its last bytes say.
  @ParameterizedTest
  @ValueSource(ints = {1, 127, 128, 129, 256, 500})
  void theRowsAreOneStreamWithItsChecksum(int height) throws DataFormatException {
    for (int level : new int[] {0, 6}) {
      byte[] file = new PngEncoder(level).encode(TestPictures.noise(21, height, 3), Map.of());
      int at = new String(file, ISO_8859_1).indexOf("IDAT") + 4;
      var inflater = new Inflater();
      inflater.setInput(file, at, file.length - at);

      int rows = inflater.inflate(new byte[height * (1 + 21 * 3) + 1]);

      assertThat(rows).isEqualTo(height * (1 + 21 * 3));
      assertThat(inflater.finished()).isTrue();
      inflater.end();
    }
  }

  @Test
  void theGoldenPictureIsAboutAsSmallAsItsOwnFile() throws IOException {
    Pixels apple = TestPictures.apple();
    byte[] file = new PngEncoder().encode(apple, Map.of());
    assertThat(TestPictures.decode(file)).isEqualTo(apple);
    long own = Files.size(TestPictures.APPLE);
    assertThat((double) file.length).isLessThan(own * 1.03);
  }

  @Test
  void higherLevelsAreSmaller() {
    Pixels pixels = TestPictures.smooth(128, 128, 3);
    int stored = new PngEncoder(0).encode(pixels, Map.of()).length;
    int fast = new PngEncoder(1).encode(pixels, Map.of()).length;
    int best = new PngEncoder(9).encode(pixels, Map.of()).length;
    assertThat(stored).isGreaterThan(128 * 128 * 3);
    assertThat(fast).isLessThan(stored / 2);
    assertThat(best).isLessThanOrEqualTo(fast);
  }

  @Test
  void textsOfAnyScriptRoundTripInOrder() throws IOException {
    // Given
    Map<String, String> text = new LinkedHashMap<>();
    text.put("prompt", "a 🐼 eats 竹子\nand \"drinks\"\ttea");
    text.put("Latin", "crème brûlée, ÿ");
    text.put("Empty", "");
    text.put("a", "x".repeat(100_000));
    Pixels pixels = TestPictures.noise(3, 3, 1);
    // When
    byte[] file = new PngEncoder().encode(pixels, text);
    // Then
    assertThat(PngText.read(file)).containsExactlyEntriesOf(text);
    assertThat(TestPictures.decode(file)).isEqualTo(pixels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "ÿ"})
  void latinTextsGoIntoTheOldChunk(String value) {
    byte[] file = new PngEncoder().encode(TestPictures.flat(1, 1, 0), Map.of("key", value));
    assertThat(new String(file, ISO_8859_1)).contains("tEXtkey\0" + value).doesNotContain("iTXt");
  }

  @Test
  void otherTextsGoIntoTheUnicodeChunk() {
    byte[] file = new PngEncoder().encode(TestPictures.flat(1, 1, 0), Map.of("key", "熊"));
    assertThat(new String(file, ISO_8859_1))
        .contains("iTXtkey\0\0\0\0\0ç\u0086\u008a")
        .doesNotContain("tEXt");
  }

  @Test
  void nulInATextIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new PngEncoder().encode(TestPictures.flat(1, 1, 0), Map.of("key", "a\0b")))
        .withMessage("text of 'key': must not contain NUL");
  }
}
