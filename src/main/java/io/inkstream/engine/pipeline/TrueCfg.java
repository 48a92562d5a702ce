package io.inkstream.engine.pipeline;

/// Classifier-free guidance with a real negative prompt, as diffusers' `true_cfg_scale`.
public enum TrueCfg {
  /// Qwen-Image's: afterwards each token is scaled to the L2 norm that it had with the prompt.
  ///
  /// The reference divides by the norm without an epsilon, and so does this; but a token that is
  /// exactly zero, NaN there, stays zero.
  RESCALED {
    @Override
    void guide(float[] cond, float[] uncond, float scale, int from, int to) {
      float before = norm(cond, from, to);
      PLAIN.guide(cond, uncond, scale, from, to);
      float after = norm(cond, from, to);
      float factor = after == 0 ? 0 : before / after;
      for (int i = from; i < to; i++) {
        cond[i] *= factor;
      }
    }
  },

  /// Qwen-Image-2.1's.
  PLAIN {
    @Override
    void guide(float[] cond, float[] uncond, float scale, int from, int to) {
      for (int i = from; i < to; i++) {
        cond[i] = uncond[i] + scale * (cond[i] - uncond[i]);
      }
    }
  };

  /// Guides `cond` away from `uncond`, in place: `v = uncond + scale * (cond - uncond)`, token by
  /// token.
  ///
  /// @param cond the prompt's prediction, `[tokens, channels]`; becomes the result
  /// @param uncond the negative prompt's prediction, of the same shape
  /// @throws IllegalArgumentException if the shapes differ or are no whole tokens
  void combine(float[] cond, float[] uncond, float scale, int channels) {
    requireTokens(cond, uncond, channels);
    for (int at = 0; at < cond.length; at += channels) {
      guide(cond, uncond, scale, at, at + channels);
    }
  }

  /// One token, the values from `from` to `to`.
  abstract void guide(float[] cond, float[] uncond, float scale, int from, int to);

  // In float64: no square of a float32 overflows or vanishes there.
  private static float norm(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
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
