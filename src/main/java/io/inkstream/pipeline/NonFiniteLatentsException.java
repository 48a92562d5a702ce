package io.inkstream.pipeline;

/// A step gave a number that is none: the model's weights are damaged, or the guidance is far too
/// strong.
public final class NonFiniteLatentsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NonFiniteLatentsException(int step, float value) {
    super(
        "step %d gave %s: the model's weights are damaged, or true_cfg_scale is far too large"
            .formatted(step, value));
  }
}
