package io.inkstream.engine.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.imageio.ImageIO;

/// Seeded pictures, and the JDK's own decoder.
final class TestPictures {
  static final Path APPLE = Path.of("src/test/resources/goldens/pocket/apple_20.0.png");

  private TestPictures() {}

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static Pixels noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    random(seed).nextBytes(rgb);
    return new Pixels(width, height, rgb);
  }

  static Pixels flat(int width, int height, int rgb) {
    byte[] bytes = new byte[3 * width * height];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (rgb >> (16 - 8 * (i % 3)));
    }
    return new Pixels(width, height, bytes);
  }

  /// Slow waves with a little noise, like a photograph out of focus.
  static Pixels smooth(int width, int height, long seed) {
    RandomGenerator random = random(seed);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      double wave = Math.sin(x / 23.0 + i % 3) + Math.cos(y / 17.0 - x / 41.0 + i % 3);
      rgb[i] = (byte) Math.clamp(Math.round(128 + 50 * wave + random.nextGaussian()), 0, 255);
    }
    return new Pixels(width, height, rgb);
  }

  /// Few colours in long runs, with whole rows repeated.
  static Pixels stripes(int width, int height, long seed) {
    RandomGenerator random = random(seed);
    byte[] palette = new byte[15];
    random.nextBytes(palette);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      rgb[i] = palette[3 * ((x / 7 + y / 5) % 5) + i % 3];
    }
    return new Pixels(width, height, rgb);
  }

  static List<Pixels> variety(int width, int height, long seed) {
    List<Pixels> pictures = new ArrayList<>();
    pictures.add(noise(width, height, seed));
    pictures.add(smooth(width, height, seed));
    pictures.add(stripes(width, height, seed));
    pictures.add(flat(width, height, (int) seed * 0x31337));
    return pictures;
  }

  static Pixels decode(byte[] file) throws IOException {
    return pixels(ImageIO.read(new ByteArrayInputStream(file)));
  }

  static Pixels apple() throws IOException {
    return pixels(ImageIO.read(APPLE.toFile()));
  }

  static BufferedImage image(Pixels pixels) {
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        image.setRGB(
            x,
            y,
            (pixels.sample(x, y, 0) << 16)
                | (pixels.sample(x, y, 1) << 8)
                | pixels.sample(x, y, 2));
      }
    }
    return image;
  }

  private static Pixels pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (argb[i / 3] >> (16 - 8 * (i % 3)));
    }
    if (!image.getColorModel().hasAlpha()) {
      return new Pixels(width, height, rgb);
    }
    byte[] alpha = new byte[argb.length];
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] = (byte) (argb[i] >>> 24);
    }
    return new Pixels(width, height, rgb, Optional.of(new Plane(width, height, alpha)));
  }

  /// The same colours, each pixel as opaque as a green of another picture.
  static Pixels transparent(Pixels colours, long seed) {
    Pixels other = smooth(colours.width(), colours.height(), seed);
    byte[] alpha = new byte[other.rgb().length / 3];
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] = i % 7 == 0 ? (byte) (i % 2 * 255) : other.rgb()[3 * i + 1];
    }
    var plane = new Plane(colours.width(), colours.height(), alpha);
    return new Pixels(colours.width(), colours.height(), colours.rgb(), Optional.of(plane));
  }

  /// Peak signal to noise, in dB.
  static double psnr(Pixels a, Pixels b) {
    double squares = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      double difference = (a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff);
      squares += difference * difference;
    }
    return 10 * Math.log10(255 * 255 / (squares / a.rgb().length));
  }
}
