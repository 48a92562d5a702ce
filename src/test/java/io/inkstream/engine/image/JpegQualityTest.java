package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegQualityTest {
  private static byte[] encode(Pixels pixels, int quality) {
    return new JpegEncoder(quality).encode(pixels, Map.of());
  }

  /// What the JDK's libjpeg makes of it, with colour at half resolution whatever the quality.
  private static byte[] reference(Pixels pixels, int quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(TestPictures.image(pixels), null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 30, 50, 75, 85, 89})
  void qualityAndSizeAreThoseOfLibjpeg(int quality) throws IOException {
    for (Pixels pixels : List.of(TestPictures.apple(), TestPictures.smooth(200, 150, 1))) {
      byte[] ours = encode(pixels, quality);
      byte[] theirs = reference(pixels, quality);
      assertThat(TestPictures.psnr(TestPictures.decode(ours), pixels))
          .isCloseTo(TestPictures.psnr(TestPictures.decode(theirs), pixels), within(1.0));
      assertThat((double) ours.length / theirs.length).isCloseTo(1, within(0.15));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {90, 95, 100})
  void fullColourIsNoWorseThanLibjpegWithHalf(int quality) throws IOException {
    Pixels apple = TestPictures.apple();
    double theirs = TestPictures.psnr(TestPictures.decode(reference(apple, quality)), apple);
    assertThat(TestPictures.psnr(TestPictures.decode(encode(apple, quality)), apple))
        .isGreaterThan(theirs);
  }

  @Test
  void higherQualityIsNearerAndLarger() throws IOException {
    Pixels apple = TestPictures.apple();
    double lastPsnr = 0;
    int lastSize = 0;
    for (int quality : new int[] {1, 5, 10, 25, 50, 75, 89, 90, 95, 100}) {
      byte[] file = encode(apple, quality);
      double psnr = TestPictures.psnr(TestPictures.decode(file), apple);
      assertThat(psnr).as("PSNR at %s", quality).isGreaterThan(lastPsnr);
      assertThat(file.length).as("size at %s", quality).isGreaterThan(lastSize);
      lastPsnr = psnr;
      lastSize = file.length;
    }
    assertThat(lastPsnr).isGreaterThan(45);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,40", "40,1", "7,9", "8,8", "15,17", "16,16", "17,33", "63,65"})
  void sizesBetweenBlocksKeepTheirEdges(int width, int height) throws IOException {
    for (int quality : new int[] {80, 95}) {
      Pixels pixels = TestPictures.smooth(width, height, 5);
      Pixels decoded = TestPictures.decode(encode(pixels, quality));
      assertThat(decoded.width()).isEqualTo(width);
      assertThat(decoded.height()).isEqualTo(height);
      assertThat(TestPictures.psnr(decoded, pixels)).isGreaterThan(30);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 89, 90, 100})
  void theHardestPicturesStayDecodable(int quality) throws IOException {
    byte[] checks = new byte[3 * 64 * 64];
    for (int i = 0; i < checks.length; i++) {
      checks[i] = (byte) ((i / 3 + i / 192) % 2 * 255);
    }
    Pixels checkerboard = new Pixels(64, 64, checks);
    Pixels noise = TestPictures.noise(50, 50, quality);
    assertThat(TestPictures.decode(encode(checkerboard, quality)).width()).isEqualTo(64);
    assertThat(TestPictures.psnr(TestPictures.decode(encode(noise, quality)), noise))
        .isGreaterThan(quality == 100 ? 35 : 5);
  }

  /// Were another colour than the last one repeated beyond the edge, it would ring into the
  /// picture.
  @ParameterizedTest
  @CsvSource({"40,2", "95,1"})
  void theLastRowAndColumnAreRepeated(int quality, int tolerance) throws IOException {
    byte[] wide = new byte[3 * 17 * 4];
    byte[] high = new byte[3 * 17 * 4];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = (byte) (i / 3 % 17 < 8 ? 60 : 190);
      high[i] = (byte) (i / 3 / 4 < 8 ? 60 : 190);
    }
    for (Pixels pixels : List.of(new Pixels(17, 4, wide), new Pixels(4, 17, high))) {
      Pixels decoded = TestPictures.decode(encode(pixels, quality));
      for (int i = 0; i < wide.length; i++) {
        assertThat(decoded.rgb()[i] & 0xff).isCloseTo(pixels.rgb()[i] & 0xff, within(tolerance));
      }
    }
  }

  @Test
  void halvedColourIsTheMeanOfFourPixels() throws IOException {
    // Given rows, then columns, of two colours
    int[] colours = {0x808080 + 0x280000, 0x808080 + 0x001400 - 0x200000};
    for (boolean rows : new boolean[] {true, false}) {
      byte[] rgb = new byte[3 * 32 * 32];
      for (int i = 0; i < rgb.length; i++) {
        int line = rows ? i / 3 / 32 : i / 3 % 32;
        rgb[i] = (byte) (colours[line % 2] >> (16 - 8 * (i % 3)));
      }
      // When
      Pixels decoded = TestPictures.decode(encode(new Pixels(32, 32, rgb), 89));
      // Then
      for (int channel = 0; channel < 3; channel++) {
        assertThat(mean(decoded, channel))
            .isCloseTo(mean(new Pixels(32, 32, rgb), channel), within(2.0));
      }
    }
  }

  private static double mean(Pixels pixels, int channel) {
    double sum = 0;
    for (int i = channel; i < pixels.rgb().length; i += 3) {
      sum += pixels.rgb()[i] & 0xff;
    }
    return sum * 3 / pixels.rgb().length;
  }

  @Test
  void flatColoursSurvive() throws IOException {
    for (int rgb : new int[] {0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0x808080}) {
      Pixels pixels = TestPictures.flat(20, 20, rgb);
      assertThat(TestPictures.psnr(TestPictures.decode(encode(pixels, 95)), pixels))
          .isGreaterThan(44);
    }
  }

  @Test
  void textsAreCommentsAndLongOnesGoOn() throws IOException {
    // Given
    Map<String, String> text = new LinkedHashMap<>();
    text.put("parameters", "a 🐼 and 竹子\nsecond line");
    text.put("long", "竹🐼".repeat(30_000));
    text.put("empty", "");
    Pixels pixels = TestPictures.smooth(30, 20, 2);
    // When
    byte[] file = new JpegEncoder(80).encode(pixels, text);
    // Then
    Map<String, String> read = new LinkedHashMap<>();
    for (String comment : comments(file)) {
      int nul = comment.indexOf('\0');
      read.merge(comment.substring(0, nul), comment.substring(nul + 1), String::concat);
    }
    assertThat(read).containsExactlyEntriesOf(text);
    assertThat(comments(file)).hasSize(1 + 4 + 1);
    assertThat(TestPictures.decode(file)).isEqualTo(TestPictures.decode(encode(pixels, 80)));
  }

  private static List<String> comments(byte[] file) {
    List<String> comments = new ArrayList<>();
    int at = 2;
    while ((file[at + 1] & 0xff) != 0xda) {
      int length = ((file[at + 2] & 0xff) << 8) | (file[at + 3] & 0xff);
      if ((file[at + 1] & 0xff) == 0xfe) {
        comments.add(new String(file, at + 4, length - 2, UTF_8));
      }
      at += 2 + length;
    }
    return comments;
  }
}
