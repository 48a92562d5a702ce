package io.inkstream.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.ImageFormatException;
import io.inkstream.engine.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PictureFileTest {
  private static final Path FOLDER = Path.of("src/test/resources/pictures");
  private static final int DAMAGED = 2000;

  @TempDir Path temporary;

  static Stream<String> pictures() throws IOException {
    return StreamSupport.stream(
        ((Iterable<String>) () -> expected().fieldNames()).spliterator(), false);
  }

  private static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void aPictureIsDecodedToTheByteAsPillowDoes(String name) throws Exception {
    JsonNode expected = expected().path(name);

    PictureFile file = PictureFile.open(FOLDER.resolve(name), DecoderLimits.DEFAULT);
    DecodedPicture picture = file.decode();

    assertThat(file.width()).isEqualTo(expected.path("width").intValue());
    assertThat(file.height()).isEqualTo(expected.path("height").intValue());
    assertThat(file.alpha()).isEqualTo(expected.path("alpha").isTextual());
    assertThat(sha256(picture.pixels().rgb())).isEqualTo(expected.path("rgb").textValue());
    assertThat(picture.alpha().map(plane -> sha256(plane.samples())).orElse(null))
        .isEqualTo(expected.path("alpha").textValue());
    assertThat(file.digest()).isEqualTo(sha256(Files.readAllBytes(FOLDER.resolve(name))));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void whatInkstreamWritesItReads(ImageFormat format) throws IOException {
    byte[] rgb = new byte[64 * 48 * 3];
    new Random(3).nextBytes(rgb);
    var pixels = new Pixels(64, 48, rgb);
    Path file = temporary.resolve("picture");
    Files.write(file, format.encoder(OptionalInt.empty()).encode(pixels, Map.of()));

    Pixels read = PictureFile.open(file, DecoderLimits.DEFAULT).decode().pixels();

    if (format == ImageFormat.JPEG) {
      assertThat(read.width()).isEqualTo(64);
    } else {
      assertThat(read).isEqualTo(pixels);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rgb.png, 60, the file ends before the picture does",
    "420.jpg, 600, the file ends before the picture does",
    "lossy.webp, 200, the file ends before the picture does"
  })
  void aPictureThatIsCutOffIsNone(String name, int bytes, String why) throws IOException {
    byte[] whole = Files.readAllBytes(FOLDER.resolve(name));

    assertRefused(Arrays.copyOf(whole, bytes), DecoderLimits.DEFAULT, why);
  }

  @Test
  void whatIsNoPictureIsNone() throws IOException {
    assertRefused(new byte[0], DecoderLimits.DEFAULT, "is no PNG, JPEG or WebP");
    assertRefused("GIF89a....".getBytes(), DecoderLimits.DEFAULT, "is no PNG, JPEG or WebP");
    assertRefused("<svg/>".getBytes(), DecoderLimits.DEFAULT, "is no PNG, JPEG or WebP");
  }

  @Test
  void aBombIsRefusedByItsHead() throws IOException {
    byte[] bomb = Files.readAllBytes(FOLDER.resolve("rgb.png"));
    ByteBuffer.wrap(bomb).putInt(16, 60_000).putInt(20, 60_000);
    var crc = new CRC32();
    crc.update(bomb, 12, 17);
    ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());

    assertRefused(
        bomb,
        DecoderLimits.DEFAULT,
        "a picture of 60000x60000 pixels: at most 50000000 may be decoded");
  }

  @Test
  void aPictureThatTakesTooLongIsLeft() throws IOException {
    byte[] picture = Files.readAllBytes(FOLDER.resolve("progressive.jpg"));

    assertRefused(
        picture, new DecoderLimits(1_000_000, Duration.ZERO), "takes longer than 0 s to decode");
  }

  private void assertRefused(byte[] bytes, DecoderLimits limits, String why) throws IOException {
    Path file = Files.write(temporary.resolve("refused"), bytes);
    assertThatThrownBy(() -> PictureFile.open(file, limits))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining(why);
  }

  /// Bytes that are other ones, missing, doubled, or a length gone wild, with checksums mended, so
  /// that damage gets as far as it can.
  @Test
  void damagedPicturesAreDecodedOrRefusedInOneLine() throws IOException {
    var random = new Random(20_261_128);
    var names = pictures().toList();
    int refused = 0;
    for (int i = 0; i < DAMAGED; i++) {
      String name = names.get(i % names.size());
      byte[] picture = DamagedPictures.damage(Files.readAllBytes(FOLDER.resolve(name)), random);
      Path file = Files.write(temporary.resolve("damaged"), picture);
      try {
        var _ = PictureFile.open(file, DecoderLimits.DEFAULT).decode();
      } catch (ImageFormatException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n").isNotBlank();
      }
    }
    assertThat(refused).isGreaterThan(DAMAGED / 4);
  }
}
