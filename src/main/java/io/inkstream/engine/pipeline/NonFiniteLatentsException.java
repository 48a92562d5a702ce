package io.inkstream.engine.pipeline;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
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
      if (!areFinite(values)) {
        throw new NonFiniteLatentsException(step, first(values));
      }
    }
  }

  // Without the sign, the bits of floats are in the order of their values, infinity and NaN last;
  // and integers are compared many at a time, as floats are not.
  private static boolean areFinite(float[] values) {
    MemorySegment bits = MemorySegment.ofArray(values);
    int largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, bits.getAtIndex(JAVA_INT_UNALIGNED, i) & Integer.MAX_VALUE);
    }
    return Float.isFinite(Float.intBitsToFloat(largest));
  }

  private static float first(float[] values) {
    int at = 0;
    while (Float.isFinite(values[at])) {
      at++;
    }
    return values[at];
  }
}
