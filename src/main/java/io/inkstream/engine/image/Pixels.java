package io.inkstream.engine.image;

import java.util.Arrays;
import java.util.Optional;

/// A picture of 8-bit RGB samples, row by row from the top left, three bytes a pixel, and perhaps
/// how opaque each pixel is.
///
/// The array is not copied: whoever hands it over changes it no more.
@SuppressWarnings("ArrayRecordComponent") // megabytes: a defensive copy would double them
public record Pixels(int width, int height, byte[] rgb, Optional<Plane> alpha) {
  static final int CHANNELS = 3;
  private static final int OPAQUE = 255;

  /// An opaque picture.
  ///
  /// @throws IllegalArgumentException as the other one
  public Pixels(int width, int height, byte[] rgb) {
    this(width, height, rgb, Optional.empty());
  }

  /// @param alpha 0 (transparent) to 255 (opaque), of the same size; colours are not multiplied by
  ///   it
  /// @throws IllegalArgumentException if a side is below 1 or the bytes are not `3·width·height`
  public Pixels {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "picture size " + width + "x" + height + ": each side must be at least 1");
    }
    // Three times the largest area of two ints does not fit a long.
    if (rgb.length % CHANNELS != 0 || rgb.length / CHANNELS != (long) width * height) {
      throw new IllegalArgumentException(
          rgb.length + " bytes do not fill " + width + "x" + height + " pixels of 3 bytes");
    }
    alpha.ifPresent(plane -> {
      if (plane.width() != width || plane.height() != height) {
        throw new IllegalArgumentException(
            plane + " is of another size than " + width + "x" + height + " pixels");
      }
    });
  }

  /// How many there are.
  long area() {
    return (long) width * height;
  }

  /// A channel (0 red, 1 green, 2 blue) of one pixel, 0–255.
  int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * CHANNELS + channel] & 0xff;
  }

  /// The same colours with another alpha.
  Pixels with(Optional<Plane> other) {
    return new Pixels(width, height, rgb, other);
  }

  /// The same colours, opaque.
  public Pixels opaque() {
    return with(Optional.empty());
  }

  /// The picture on white: opaque, each sample rounded.
  public Pixels onWhite() {
    return alpha.map(this::onWhite).orElse(this);
  }

  private Pixels onWhite(Plane plane) {
    byte[] flat = new byte[rgb.length];
    for (int i = 0; i < flat.length; i++) {
      int opacity = plane.samples()[i / CHANNELS] & 0xff;
      int sum = (rgb[i] & 0xff) * opacity + OPAQUE * (OPAQUE - opacity);
      flat[i] = (byte) ((sum + OPAQUE / 2) / OPAQUE);
    }
    return new Pixels(width, height, flat);
  }

  /// Three bytes a pixel, or four with alpha.
  byte[] samples() {
    return alpha.map(this::interleaved).orElse(rgb);
  }

  private byte[] interleaved(Plane plane) {
    int bytes = CHANNELS + 1;
    byte[] samples = new byte[plane.samples().length * bytes];
    for (int i = 0; i < plane.samples().length; i++) {
      System.arraycopy(rgb, i * CHANNELS, samples, i * bytes, CHANNELS);
      samples[i * bytes + CHANNELS] = plane.samples()[i];
    }
    return samples;
  }

  /// How many bytes [#samples] has of a pixel.
  int channels() {
    return alpha.isPresent() ? CHANNELS + 1 : CHANNELS;
  }

  /// Fails when a side is longer than a format can say.
  void requireSides(int limit, ImageFormat format) {
    if (width > limit || height > limit) {
      throw new IllegalArgumentException(
          "picture size "
              + width
              + "x"
              + height
              + ": "
              + format
              + " holds at most "
              + limit
              + " pixels a side");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pixels(int w, int h, byte[] bytes, Optional<Plane> plane)
        && w == width
        && h == height
        && Arrays.equals(bytes, rgb)
        && plane.equals(alpha);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * width + height) + Arrays.hashCode(rgb)) + alpha.hashCode();
  }

  @Override
  public String toString() {
    return "Pixels[" + width + "x" + height + "]";
  }
}
