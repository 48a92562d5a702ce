package io.inkstream.engine.request;

/// What a model was trained for, as far as requests have to do with it.
///
/// @param guidance steps and scale, for who gives none
/// @param fixed whether these are so whatever is asked for
/// @param transparent whether its pictures say how opaque they are
public record Trained(Guidance guidance, boolean fixed, boolean transparent) {
  /// Qwen-Image.
  public static final Trained QWEN_IMAGE = new Trained(Guidance.DEFAULT, false, false);

  /// The same for who gives no number of steps but this one; nothing where that does not count.
  public Trained withSteps(int steps) {
    return fixed ? this : new Trained(guidance.withSteps(steps), false, transparent);
  }
}
