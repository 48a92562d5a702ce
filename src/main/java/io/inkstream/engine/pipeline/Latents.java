package io.inkstream.engine.pipeline;

import java.util.List;

/// Between the VAE's latents and the transformer's tokens: each token is a 2 x 2 patch.
///
/// Of latent `[c, y, x]` becomes feature `4c + 2(y % 2) + x % 2` of token `(y / 2)(w / 2) + x / 2`
/// (diffusers' `_pack_latents`).
final class Latents {
  private Latents() {}

  /// `[channels, h, w]` to `[(h/2)(w/2), 4 channels]`.
  ///
  /// @throws IllegalArgumentException if a side is odd or the values are not `channels * h * w`
  static float[] pack(float[] latents, int channels, int h, int w) {
    requireExtents(latents, channels, h, w);
    float[] tokens = new float[latents.length];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < h; y++) {
        int row = row(channels, w, c, y);
        for (int x = 0; x < w; x++) {
          tokens[row + (x >> 1) * 4 * channels + (x & 1)] = latents[at++];
        }
      }
    }
    return tokens;
  }

  /// `[(h/2)(w/2), 4 channels]` to `[channels, h, w]`: the inverse of [#pack].
  ///
  /// @throws IllegalArgumentException if a side is odd or the values are not `channels * h * w`
  static float[] unpack(float[] tokens, int channels, int h, int w) {
    requireExtents(tokens, channels, h, w);
    float[] latents = new float[tokens.length];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < h; y++) {
        int row = row(channels, w, c, y);
        for (int x = 0; x < w; x++) {
          latents[at++] = tokens[row + (x >> 1) * 4 * channels + (x & 1)];
        }
      }
    }
    return latents;
  }

  /// Tokens of pictures, one after the other.
  static float[] joined(List<float[]> tokens) {
    float[] all = new float[tokens.stream().mapToInt(some -> some.length).sum()];
    int at = 0;
    for (float[] some : tokens) {
      System.arraycopy(some, 0, all, at, some.length);
      at += some.length;
    }
    return all;
  }

  // Where [c, y, 0] is among the tokens.
  private static int row(int channels, int w, int c, int y) {
    return (y >> 1) * (w >> 1) * 4 * channels + c * 4 + (y & 1) * 2;
  }

  private static void requireExtents(float[] values, int channels, int h, int w) {
    boolean even = h >= 2 && w >= 2 && h % 2 == 0 && w % 2 == 0;
    if (channels < 1 || !even) {
      throw new IllegalArgumentException(
          "latents [%d, %d, %d] must have a channel or more and even sides"
              .formatted(channels, h, w));
    }
    if (values.length % channels != 0 || values.length / channels != (long) h * w) {
      throw new IllegalArgumentException(
          "%d values do not fill latents [%d, %d, %d]".formatted(values.length, channels, h, w));
    }
  }
}
