package io.inkstream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.image.Pixels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expected numbers were computed once by scikit-image 0.26.0: `peak_signal_noise_ratio`, and
/// `structural_similarity` of the luma with Gaussian weights, sigma 1.5, without sample covariance.
class PictureLikenessTest {
  @ParameterizedTest
  @CsvSource({
    "40, 32, 23, 26.278636769750044, 0.9852499484510726",
    "64, 48, 5, 41.1054362148283, 0.9991487522183068",
    "11, 11, 90, 14.86674527256631, 0.8946972569977812",
    "33, 57, 200, 9.557695104346976, 0.47244938413718396"
  })
  void psnrAndSsimAreThoseOfScikitImage(
      int width, int height, int noise, double psnr, double ssim) {
    var likeness = PictureLikeness.of(picture(width, height, noise), picture(width, height, 1));

    assertThat(likeness.psnr()).isCloseTo(psnr, within(1e-9));
    assertThat(likeness.ssim()).isCloseTo(ssim, within(1e-9));
  }

  @Test
  void equalPicturesAreAsLikeAsCanBe() {
    var likeness = PictureLikeness.of(picture(32, 16, 7), picture(32, 16, 7));

    assertThat(likeness.psnr()).isEqualTo(PictureLikeness.SAME);
    assertThat(likeness.ssim()).isCloseTo(1, within(1e-12));
  }

  @Test
  void largePicturesDoNotOverflow() {
    var black = new Pixels(256, 256, new byte[256 * 256 * 3]);
    byte[] rgb = new byte[256 * 256 * 3];
    rgb[5] = (byte) 255;

    assertThat(PictureLikeness.of(new Pixels(256, 256, rgb), black).psnr())
        .isCloseTo(10 * Math.log10(256 * 256 * 3), within(1e-9));
  }

  @Test
  void picturesOfTwoSizesAreNotCompared() {
    assertThatThrownBy(() -> PictureLikeness.of(picture(32, 16, 1), picture(16, 32, 1)))
        .hasMessage("Pixels[32x16] and Pixels[16x32] differ in size");
  }

  @Test
  void aPictureSmallerThanTheWindowIsRefused() {
    assertThatThrownBy(() -> PictureLikeness.of(picture(32, 10, 1), picture(32, 10, 1)))
        .hasMessage("picture size 32x10: each side must be at least 11");
  }

  /// A pattern with what is below `noise` added; 1 adds nothing.
  private static Pixels picture(int width, int height, int noise) {
    byte[] rgb = new byte[width * height * 3];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int value = (x * x / 9 + y * 13 + c * 50) % 256 + (x * y + c * 31) % noise;
          rgb[at++] = (byte) Math.min(value, 255);
        }
      }
    }
    return new Pixels(width, height, rgb);
  }
}
