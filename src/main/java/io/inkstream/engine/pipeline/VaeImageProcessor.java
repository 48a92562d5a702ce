package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.tensor.Parts;
import java.util.Arrays;
import java.util.Optional;

/// Between the VAE's numbers and pixels, as diffusers' class of this name.
final class VaeImageProcessor {
  private static final int RGB = 3;

  private VaeImageProcessor() {}

  /// `[3, height, width]` in [-1, 1] to 8-bit RGB, or `[4, height, width]` to that with alpha: half
  /// of it plus a half, times 255, ties to even.
  static Pixels toPixels(float[] sample, int width, int height) {
    byte[] rgb = new byte[RGB * width * height];
    Parts.each(height, RGB * width, y -> levels(sample, y * width, width, rgb));
    return new Pixels(width, height, rgb, alpha(sample, width, height));
  }

  private static void levels(float[] sample, int from, int many, byte[] rgb) {
    int area = rgb.length / RGB;
    for (int i = from; i < from + many; i++) {
      for (int channel = 0; channel < RGB; channel++) {
        rgb[RGB * i + channel] = level(sample[channel * area + i]);
      }
    }
  }

  private static Optional<Plane> alpha(float[] sample, int width, int height) {
    int start = RGB * width * height;
    if (sample.length == start) {
      return Optional.empty();
    }
    byte[] levels = new byte[width * height];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = level(sample[start + i]);
    }
    return Optional.of(new Plane(width, height, levels));
  }

  private static byte level(float value) {
    float unit = Math.clamp(value * 0.5f + 0.5f, 0f, 1f);
    return (byte) (int) Math.rint(unit * 255f);
  }

  /// 8-bit RGB to `[3, height, width]` in [-1, 1], or with alpha to `[4, height, width]`: what has
  /// none is opaque.
  ///
  /// @param channels 3 or 4
  static float[] toSample(Pixels pixels, int channels) {
    int colours = pixels.rgb().length;
    float[] sample = new float[colours / RGB * channels];
    fill(sample, pixels);
    if (channels > RGB) {
      Arrays.fill(sample, colours, sample.length, 1);
      pixels.alpha().ifPresent(alpha -> fill(sample, colours, alpha));
    }
    return sample;
  }

  private static void fill(float[] sample, Pixels pixels) {
    int area = pixels.width() * pixels.height();
    for (int channel = 0; channel < RGB; channel++) {
      for (int i = 0; i < area; i++) {
        sample[channel * area + i] = number(pixels.rgb()[RGB * i + channel]);
      }
    }
  }

  private static void fill(float[] sample, int start, Plane alpha) {
    for (int i = 0; i < alpha.samples().length; i++) {
      sample[start + i] = number(alpha.samples()[i]);
    }
  }

  private static float number(byte level) {
    return 2 * ((level & 0xff) / 255f) - 1;
  }
}
