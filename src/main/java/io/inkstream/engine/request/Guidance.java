package io.inkstream.engine.request;

import static io.inkstream.engine.request.InvalidRequestException.require;

/// How often, and how closely, the drawing is led to the prompt.
///
/// @param steps of denoising, 1 to [#MAX_STEPS]
/// @param trueCfgScale guidance acts above 1 if there is a negative prompt
public record Guidance(int steps, double trueCfgScale) {
  public static final int MAX_STEPS = 10_000;

  /// diffusers' default for Qwen-Image.
  public static final double DEFAULT_SCALE = 4;

  /// diffusers' defaults for Qwen-Image.
  public static final Guidance DEFAULT = new Guidance(50, DEFAULT_SCALE);

  public Guidance {
    require(steps >= 1 && steps <= MAX_STEPS, "num_inference_steps", steps, "1 to " + MAX_STEPS);
    require(
        trueCfgScale >= 0 && trueCfgScale <= Float.MAX_VALUE,
        "true_cfg_scale",
        trueCfgScale,
        "a number of 0 or more");
  }

  /// The same with another number of steps.
  public Guidance withSteps(int other) {
    return new Guidance(other, trueCfgScale);
  }

  /// The same with another scale.
  public Guidance withScale(double other) {
    return new Guidance(steps, other);
  }
}
