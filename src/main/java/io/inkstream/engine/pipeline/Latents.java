package io.inkstream.engine.pipeline;

import java.util.List;

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
    for (int i = 0; i < latents.length; i++) {
      tokens[at(i, channels, h, w, patch)] = latents[i];
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
    for (int i = 0; i < latents.length; i++) {
      latents[i] = tokens[at(i, channels, h, w, patch)];
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

  // Where the latent at that place is among the tokens.
  private static int at(int latent, int channels, int h, int w, int patch) {
    int x = latent % w;
    int y = latent / w % h;
    int c = latent / w / h;
    int token = y / patch * (w / patch) + x / patch;
    return (token * channels + c) * patch * patch + y % patch * patch + x % patch;
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
