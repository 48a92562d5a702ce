package io.inkstream.server.config;

import io.inkstream.engine.request.Trained;
import io.inkstream.engine.snapshot.DrawingDefaults;
import io.inkstream.server.order.PictureSize;
import java.util.Optional;

/// What a request gets that does not say it: steps, guidance and size are the model's, the rest
/// diffusers'.
public record SamplingDefaults(Trained trained, PictureSize size) {
  /// Of a model as Qwen-Image that draws in so many steps.
  public SamplingDefaults(int steps, PictureSize size) {
    this(Trained.QWEN_IMAGE.withSteps(steps), size);
  }

  /// What the settings say in the place of the model.
  SamplingDefaults with(Optional<Integer> steps, Optional<PictureSize> other) {
    return new SamplingDefaults(steps.map(trained::withSteps).orElse(trained), other.orElse(size));
  }

  /// The defaults of a model: those it was trained for.
  static SamplingDefaults of(ModelChoice model) {
    var defaults = DrawingDefaults.ofModel(model.path(), model.revision());
    return new SamplingDefaults(
        defaults.trained(), new PictureSize(defaults.side(), defaults.side()));
  }
}
