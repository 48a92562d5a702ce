package io.inkstream.engine.image;

import java.util.Arrays;

/// A picture of 8-bit RGB samples, row by row from the top left, three bytes a pixel.
///
/// The array is not copied: whoever hands it over changes it no more.
@SuppressWarnings("ArrayRecordComponent") // megabytes: a defensive copy would double them
public record Pixels(int width, int height, byte[] rgb) {
  static final int CHANNELS = 3;

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
  }

  /// How many there are.
  long area() {
    return (long) width * height;
  }

  /// A channel (0 red, 1 green, 2 blue) of one pixel, 0–255.
  int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * CHANNELS + channel] & 0xff;
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
    return other instanceof Pixels(int w, int h, byte[] bytes)
        && w == width
        && h == height
        && Arrays.equals(bytes, rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "Pixels[" + width + "x" + height + "]";
  }
}
