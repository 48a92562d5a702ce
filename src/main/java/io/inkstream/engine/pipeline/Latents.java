package io.inkstream.engine.pipeline;

import java.util.List;
import java.util.stream.IntStream;

/// Between the VAE's latents and the transformer's tokens: each token is a patch of p x p latents.
///
/// Of latent `[c, y, x]` becomes feature `p² c + p (y % p) + x % p` of token `(y / p)(w / p) + x /
/// p` (diffusers' `_pack_latents`; with p = 1 it moves the channels to the end).
final class Latents {
  private Latents() {}

  /// `[channels, h, w]` to `[(h/p)(w/p), p² channels]`.
  ///
  /// @throws IllegalArgumentException if a side is no whole patches or the values are not `channels
  ///   * h * w`
  static float[] pack(float[] latents, int channels, int h, int w, int patch) {
    requireExtents(latents, channels, h, w, patch);
    float[] tokens = new float[latents.length];
    int[] columns = columns(channels, w, patch);
    for (int row = 0; row < channels * h; row++) {
      int to = start(row, channels, h, w, patch);
      for (int x = 0; x < w; x++) {
        tokens[to + columns[x]] = latents[row * w + x];
      }
    }
    return tokens;
  }

  /// `[(h/p)(w/p), p² channels]` to `[channels, h, w]`: the inverse of [#pack].
  ///
  /// @throws IllegalArgumentException if a side is no whole patches or the values are not `channels
  ///   * h * w`
  static float[] unpack(float[] tokens, int channels, int h, int w, int patch) {
    requireExtents(tokens, channels, h, w, patch);
    float[] latents = new float[tokens.length];
    int[] columns = columns(channels, w, patch);
    for (int row = 0; row < channels * h; row++) {
      int from = start(row, channels, h, w, patch);
      for (int x = 0; x < w; x++) {
        latents[row * w + x] = tokens[from + columns[x]];
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

  // Where a row of latents begins among the tokens.
  private static int start(int row, int channels, int h, int w, int patch) {
    int c = row / h;
    int y = row % h;
    int token = y / patch * (w / patch);
    return ((token * channels + c) * patch + y % patch) * patch;
  }

  // How far from there each latent of the row is: a division for each value would take longer than
  // all the rest.
  private static int[] columns(int channels, int w, int patch) {
    return IntStream.range(0, w)
        .map(x -> x / patch * channels * patch * patch + x % patch)
        .toArray();
  }

  private static void requireExtents(float[] values, int channels, int h, int w, int patch) {
    boolean whole = h >= patch && w >= patch && h % patch == 0 && w % patch == 0;
    if (channels < 1 || !whole) {
      throw new IllegalArgumentException(
          "latents [%d, %d, %d] must have a channel or more and whole patches of %d"
              .formatted(channels, h, w, patch));
    }
    if (values.length % channels != 0 || values.length / channels != (long) h * w) {
      throw new IllegalArgumentException(
          "%d values do not fill latents [%d, %d, %d]".formatted(values.length, channels, h, w));
    }
  }
}
