package io.inkstream.engine.pipeline;

import java.util.List;

/// A step gave a number that is none: the model's weights are damaged, or the guidance is far too
/// strong.
public final class NonFiniteLatentsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NonFiniteLatentsException(int step, float value) {
    super(
        "step %d gave %s: the model's weights are damaged, or true_cfg_scale is far too large"
            .formatted(step, value));
  }

  /// @param step from 1, that the values came of
  /// @throws NonFiniteLatentsException if one is no number, or infinite
  static void requireFinite(List<float[]> pictures, int step) {
    for (float[] values : pictures) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new NonFiniteLatentsException(step, value);
        }
      }
    }
  }
}
