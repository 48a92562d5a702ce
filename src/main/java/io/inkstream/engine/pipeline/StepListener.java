package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import java.util.List;
import java.util.Optional;

/// Hears how a request gets on, on the thread that works for it. Must be quick and must not throw,
/// but for what asking a [Prediction] takes and throws.
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
  /// @param cache what was decided, for each branch; none without a cache
  /// @param forecast whether it was computed or forecast; empty without a forecast
  /// @param prediction the pictures as they would be; costs nothing unless asked
  record Step(
      int step,
      int steps,
      List<float[]> latents,
      List<CacheDecision> cache,
      Optional<ForecastDecision> forecast,
      Prediction prediction) {
    /// A step without a forecast.
    public Step(
        int step,
        int steps,
        List<float[]> latents,
        List<CacheDecision> cache,
        Prediction prediction) {
      this(step, steps, latents, cache, Optional.empty(), prediction);
    }

    /// A step without a forecast and a prediction.
    public Step(int step, int steps, List<float[]> latents, List<CacheDecision> cache) {
      this(step, steps, latents, cache, Prediction.NONE);
    }
  }

  /// Both hear everything, this one first.
  default StepListener and(StepListener other) {
    StepListener first = this;
    return new StepListener() {
      @Override
      public void onStage(Stage stage) {
        first.onStage(stage);
        other.onStage(stage);
      }

      @Override
      public void onTokens(TokenCounts counts) {
        first.onTokens(counts);
        other.onTokens(counts);
      }

      @Override
      public void onStep(Step step) {
        first.onStep(step);
        other.onStep(step);
      }

      @Override
      public void onCacheStats(CacheStats stats) {
        first.onCacheStats(stats);
        other.onCacheStats(stats);
      }

      @Override
      public void onForecastSummary(ForecastSummary summary) {
        first.onForecastSummary(summary);
        other.onForecastSummary(summary);
      }
    };
  }

  /// A stage begins.
  default void onStage(Stage stage) {}

  /// The prompts have been read.
  default void onTokens(TokenCounts counts) {}

  /// A step has been made.
  default void onStep(Step step) {}

  /// All steps have been made, with a cache.
  default void onCacheStats(CacheStats stats) {}

  /// All steps have been made, with a forecast.
  default void onForecastSummary(ForecastSummary summary) {}
}
