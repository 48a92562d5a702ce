package io.inkstream.engine.image;

import java.util.Arrays;

/// One 8-bit sample a pixel, row by row from the top left: the alpha channel of a picture, a grey
/// picture, a mask.
///
/// The array is not copied: whoever hands it over changes it no more.
@SuppressWarnings("ArrayRecordComponent") // megabytes: a defensive copy would double them
public record Plane(int width, int height, byte[] samples) {
  /// @throws IllegalArgumentException if a side is below 1 or the bytes are not `width·height`
  public Plane {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "plane size " + width + "x" + height + ": each side must be at least 1");
    }
    if (samples.length != (long) width * height) {
      throw new IllegalArgumentException(
          samples.length + " bytes do not fill " + width + "x" + height + " pixels of one byte");
    }
  }

  /// A picture in grey: PIL's `convert("L")`, ITU-R 601 in integers.
  public static Plane luminance(Pixels pixels) {
    byte[] rgb = pixels.rgb();
    byte[] grey = new byte[rgb.length / Pixels.CHANNELS];
    for (int i = 0; i < grey.length; i++) {
      int at = Pixels.CHANNELS * i;
      int red = rgb[at] & 0xff;
      int green = rgb[at + 1] & 0xff;
      int blue = rgb[at + 2] & 0xff;
      grey[i] = (byte) ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16);
    }
    return new Plane(pixels.width(), pixels.height(), grey);
  }

  /// 255 where a sample is 0, else 0: the mask that an alpha channel is on OpenAI's wire.
  public Plane whereZero() {
    byte[] zero = new byte[samples.length];
    for (int i = 0; i < zero.length; i++) {
      zero[i] = (byte) (samples[i] == 0 ? 255 : 0);
    }
    return new Plane(width, height, zero);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Plane(int w, int h, byte[] bytes)
        && w == width
        && h == height
        && Arrays.equals(bytes, samples);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return "Plane[" + width + "x" + height + "]";
  }
}
