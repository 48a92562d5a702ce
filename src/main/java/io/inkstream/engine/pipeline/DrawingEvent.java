package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import java.util.List;
import java.util.Optional;

/// What happens while a request is drawn, told on the thread that draws it. Who hears of it must be
/// quick and must not throw, but for what asking a [Prediction] takes and throws.
///
/// Listeners are joined with [java.util.function.Consumer#andThen].
public sealed interface DrawingEvent {
  /// What the pipeline does, in this order; it begins with pictures where a request brings some.
  enum Stage {
    IMAGE_ENCODING,
    TEXT_ENCODING,
    DENOISING,
    DECODING
  }

  /// A stage begins.
  record StageBegan(Stage stage) implements DrawingEvent {}

  /// The prompts have been read.
  record PromptsRead(TokenCounts tokens) implements DrawingEvent {}

  /// A step has been made.
  ///
  /// @param step from 1
  /// @param steps of the request
  /// @param latents by picture, packed `[tokens, 4 z]`; not to be written or kept
  /// @param cache what was decided, for each branch; none without a cache
  /// @param forecast whether it was computed or forecast; empty without a forecast
  /// @param prediction the pictures as they would be; costs nothing unless asked
  record StepMade(
      int step,
      int steps,
      List<float[]> latents,
      List<CacheDecision> cache,
      Optional<ForecastDecision> forecast,
      Prediction prediction)
      implements DrawingEvent {}

  /// What drew is lost, and another begins anew: nothing that was told before is part of the
  /// pictures.
  record BegunAgain() implements DrawingEvent {}

  /// All steps have been made, with a cache.
  ///
  /// @param transformerBlocks what it saved is counted in them
  record CacheUsed(CacheStats stats, int transformerBlocks) implements DrawingEvent {}

  /// All steps have been made, with a forecast.
  record ForecastUsed(ForecastSummary summary) implements DrawingEvent {}
}
