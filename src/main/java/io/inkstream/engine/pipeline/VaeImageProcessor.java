package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.Pixels;

/// Between the VAE's numbers and pixels, as diffusers' class of this name.
final class VaeImageProcessor {
  private VaeImageProcessor() {}

  /// `[3, height, width]` in [-1, 1] to 8-bit RGB: half of it plus a half, times 255, ties to even.
  static Pixels toPixels(float[] sample, int width, int height) {
    int area = width * height;
    byte[] rgb = new byte[3 * area];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < area; i++) {
        float unit = Math.clamp(sample[channel * area + i] * 0.5f + 0.5f, 0f, 1f);
        rgb[3 * i + channel] = (byte) (int) Math.rint(unit * 255f);
      }
    }
    return new Pixels(width, height, rgb);
  }

  /// 8-bit RGB to `[3, height, width]` in [-1, 1].
  static float[] toSample(Pixels pixels) {
    int area = pixels.width() * pixels.height();
    byte[] rgb = pixels.rgb();
    float[] sample = new float[3 * area];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < area; i++) {
        sample[channel * area + i] = 2 * ((rgb[3 * i + channel] & 0xff) / 255f) - 1;
      }
    }
    return sample;
  }
}
