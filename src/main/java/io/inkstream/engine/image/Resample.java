package io.inkstream.engine.image;

import java.util.Arrays;
import java.util.function.ToIntFunction;

/// Pictures in other sizes, to the bit as the libraries do it that models were trained with: in
/// integers, rows first, with 8-bit samples between the two passes. A pass that changes no size
/// changes nothing.
public final class Resample {
  private static final int PIL_BITS = 22;

  private Resample() {}

  /// Pillow's `resize((width, height), LANCZOS)`, up to version 12, of RGB, or of RGBA where there
  /// is alpha: then what is transparent lends no colour to its neighbours.
  public static Pixels lanczos(Pixels pixels, int width, int height) {
    boolean same = pixels.width() == width && pixels.height() == height;
    return pixels.alpha().isPresent() && !same
        ? lanczos(pixels, pixels.alpha().get(), width, height)
        : colours(pixels, width, height).with(pixels.alpha());
  }

  private static Pixels lanczos(Pixels pixels, Plane alpha, int width, int height) {
    return Premultiplied.picture(
        colours(Premultiplied.colours(pixels, alpha), width, height),
        lanczos(alpha, width, height));
  }

  private static Pixels colours(Pixels pixels, int width, int height) {
    return resized(pixels, width, height, ResampleFilter.LANCZOS, _ -> PIL_BITS);
  }

  /// The same of a picture in grey.
  public static Plane lanczos(Plane plane, int width, int height) {
    byte[] samples =
        resized(
            plane.samples(),
            new Extent(plane.width(), plane.height(), 1),
            new Extent(width, height, 1),
            ResampleFilter.LANCZOS,
            _ -> PIL_BITS);
    return new Plane(width, height, samples);
  }

  /// torchvision's `resize(uint8, BICUBIC, antialias=True)`, with the 16-bit weights of its kernels
  /// for processors.
  public static Pixels bicubic(Pixels pixels, int width, int height) {
    return resized(pixels, width, height, ResampleFilter.BICUBIC, Resample::bitsOfShorts);
  }

  private static Pixels resized(
      Pixels pixels,
      int width,
      int height,
      ResampleFilter filter,
      ToIntFunction<ResampleWindow[]> bits) {
    byte[] rgb =
        resized(
            pixels.rgb(),
            new Extent(pixels.width(), pixels.height(), Pixels.CHANNELS),
            new Extent(width, height, Pixels.CHANNELS),
            filter,
            bits);
    return new Pixels(width, height, rgb);
  }

  private record Extent(int width, int height, int channels) {
    int row() {
      return Math.multiplyExact(width, channels);
    }
  }

  private static byte[] resized(
      byte[] samples,
      Extent from,
      Extent to,
      ResampleFilter filter,
      ToIntFunction<ResampleWindow[]> bits) {
    byte[] wide = samples;
    if (from.width() != to.width()) {
      var windows = ResampleWindow.of(from.width(), to.width(), filter);
      wide = across(samples, from, to.width(), windows, bits.applyAsInt(windows));
    }
    if (from.height() == to.height()) {
      return wide;
    }
    var windows = ResampleWindow.of(from.height(), to.height(), filter);
    return down(wide, to, windows, bits.applyAsInt(windows));
  }

  private static byte[] across(
      byte[] samples, Extent from, int width, ResampleWindow[] windows, int bits) {
    int channels = from.channels();
    int[][] weights = integers(windows, bits);
    byte[] out = new byte[Math.multiplyExact(width * channels, from.height())];
    int at = 0;
    for (int y = 0; y < from.height(); y++) {
      for (int x = 0; x < width; x++) {
        int first = y * from.row() + windows[x].first() * channels;
        for (int channel = 0; channel < channels; channel++) {
          out[at++] = sum(samples, first + channel, channels, weights[x], bits);
        }
      }
    }
    return out;
  }

  private static byte sum(byte[] samples, int first, int stride, int[] weights, int bits) {
    int sum = 1 << (bits - 1);
    int from = first;
    for (int weight : weights) {
      sum += weight * (samples[from] & 0xff);
      from += stride;
    }
    return clipped(sum >> bits);
  }

  private static int[][] integers(ResampleWindow[] windows, int bits) {
    return Arrays.stream(windows).map(window -> window.integers(bits)).toArray(int[][]::new);
  }

  private static byte[] down(byte[] samples, Extent to, ResampleWindow[] windows, int bits) {
    int row = to.row();
    byte[] out = new byte[Math.multiplyExact(row, to.height())];
    int[] sums = new int[row];
    for (int y = 0; y < to.height(); y++) {
      int[] weights = windows[y].integers(bits);
      Arrays.fill(sums, 1 << (bits - 1));
      for (int j = 0; j < weights.length; j++) {
        int from = (windows[y].first() + j) * row;
        for (int i = 0; i < row; i++) {
          sums[i] += weights[j] * (samples[from + i] & 0xff);
        }
      }
      for (int i = 0; i < row; i++) {
        out[y * row + i] = clipped(sums[i] >> bits);
      }
    }
    return out;
  }

  private static byte clipped(int sample) {
    return (byte) Math.clamp(sample, 0, 255);
  }

  /// The most bits with which the largest weight still is a signed 16-bit number.
  private static int bitsOfShorts(ResampleWindow[] windows) {
    double largest =
        Arrays.stream(windows)
            .flatMapToDouble(window -> Arrays.stream(window.weights()))
            .max()
            .orElse(1);
    int bits = 0;
    while (bits < PIL_BITS && (int) (0.5 + largest * (1 << (bits + 1))) < 1 << 15) {
      bits++;
    }
    return bits;
  }
}
