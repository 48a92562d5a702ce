package io.inkstream.engine.pipeline;

/// Classifier-free guidance with a real negative prompt, as diffusers' `true_cfg_scale`.
final class TrueCfg {
  private TrueCfg() {}

  /// Guides `cond` away from `uncond`, in place: `v = uncond + scale * (cond - uncond)`, then each
  /// token of `v` is scaled to the L2 norm that it had in `cond`.
  ///
  /// The reference divides by the norm without an epsilon, and so does this; but a token of `v`
  /// that is exactly zero, NaN there, stays zero.
  ///
  /// @param cond the prompt's prediction, `[tokens, channels]`; becomes the result
  /// @param uncond the negative prompt's prediction, of the same shape
  /// @throws IllegalArgumentException if the shapes differ or are no whole tokens
  static void combine(float[] cond, float[] uncond, float scale, int channels) {
    requireTokens(cond, uncond, channels);
    for (int at = 0; at < cond.length; at += channels) {
      float before = norm(cond, at, channels);
      for (int i = at; i < at + channels; i++) {
        cond[i] = uncond[i] + scale * (cond[i] - uncond[i]);
      }
      float after = norm(cond, at, channels);
      float factor = after == 0 ? 0 : before / after;
      for (int i = at; i < at + channels; i++) {
        cond[i] *= factor;
      }
    }
  }

  // In float64: no square of a float32 overflows or vanishes there.
  private static float norm(float[] values, int at, int channels) {
    double sum = 0;
    for (int i = at; i < at + channels; i++) {
      sum += (double) values[i] * values[i];
    }
    return (float) Math.sqrt(sum);
  }

  private static void requireTokens(float[] cond, float[] uncond, int channels) {
    if (cond.length != uncond.length) {
      throw new IllegalArgumentException(
          "predictions of %d and %d values cannot be combined"
              .formatted(cond.length, uncond.length));
    }
    if (channels < 1 || cond.length % channels != 0) {
      throw new IllegalArgumentException(
          "%d values are no whole tokens of %d channels".formatted(cond.length, channels));
    }
  }
}
