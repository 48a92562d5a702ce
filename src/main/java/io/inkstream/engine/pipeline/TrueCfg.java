package io.inkstream.engine.pipeline;

import io.inkstream.engine.tensor.Parts;

/// Classifier-free guidance with a real negative prompt, as diffusers' `true_cfg_scale`.
public enum TrueCfg {
  /// Qwen-Image's: afterwards each token is scaled to the L2 norm that it had with the prompt.
  ///
  /// The reference divides by the norm without an epsilon, and so does this; but a token that is
  /// exactly zero, NaN there, stays zero.
  RESCALED {
    @Override
    void guide(float[] cond, float[] uncond, float scale, int channels) {
      Parts.each(
          cond.length / channels,
          channels,
          token -> rescaled(cond, uncond, scale, token * channels, (token + 1) * channels));
    }
  },

  /// Qwen-Image-2.1's.
  PLAIN {
    @Override
    void guide(float[] cond, float[] uncond, float scale, int channels) {
      for (int i = 0; i < cond.length; i++) {
        cond[i] = guided(cond[i], uncond[i], scale);
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
    guide(cond, uncond, scale, channels);
  }

  abstract void guide(float[] cond, float[] uncond, float scale, int channels);

  // One token. Squares in float64, where none of a float32 overflows or vanishes; both sums in one
  // loop, as each waits for its own last addition.
  private static void rescaled(float[] cond, float[] uncond, float scale, int from, int to) {
    double before = 0;
    double after = 0;
    for (int i = from; i < to; i++) {
      float guided = guided(cond[i], uncond[i], scale);
      before += (double) cond[i] * cond[i];
      after += (double) guided * guided;
      cond[i] = guided;
    }
    float factor = after == 0 ? 0 : (float) Math.sqrt(before) / (float) Math.sqrt(after);
    for (int i = from; i < to; i++) {
      cond[i] *= factor;
    }
  }

  private static float guided(float cond, float uncond, float scale) {
    return uncond + scale * (cond - uncond);
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
