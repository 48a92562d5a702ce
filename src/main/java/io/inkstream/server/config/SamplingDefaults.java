package io.inkstream.server.config;

import io.inkstream.engine.snapshot.DrawingDefaults;
import io.inkstream.server.order.PictureSize;

/// What a request gets that does not say it: steps and size are the model's, the rest diffusers'.
public record SamplingDefaults(int numInferenceSteps, PictureSize size) {
  /// The defaults of a model: those it was trained for.
  static SamplingDefaults of(ModelChoice model) {
    var defaults = DrawingDefaults.ofModel(model.path(), model.revision());
    return new SamplingDefaults(
        defaults.steps(), new PictureSize(defaults.side(), defaults.side()));
  }
}
