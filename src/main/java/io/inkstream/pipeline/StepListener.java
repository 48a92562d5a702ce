package io.inkstream.pipeline;

import java.util.List;

/// Hears how a request gets on, on the thread that works for it. Must be quick and must not throw.
public interface StepListener {
  /// Hears nothing.
  StepListener NONE = new StepListener() {};

  /// What the pipeline does, in this order.
  enum Stage {
    TEXT_ENCODING,
    DENOISING,
    DECODING
  }

  /// A step that has been made.
  ///
  /// @param step from 1
  /// @param steps of the request
  /// @param latents by picture, packed `[tokens, 4 z]`; not to be written or kept
  record Step(int step, int steps, List<float[]> latents) {}

  /// A stage begins.
  default void onStage(Stage stage) {}

  /// A step has been made.
  default void onStep(Step step) {}
}
