package io.inkstream.server.jobs;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.Prediction;
import io.inkstream.engine.pipeline.TokenCounts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a job tells its listener: any number of [StageBegan] and [Progress], then one of the
/// others, the last.
public sealed interface ImageEvent {
  /// A stage of the work begins.
  ///
  /// @param elapsed since the job was started
  record StageBegan(Stage stage, Duration elapsed) implements ImageEvent {}

  /// A step was made.
  ///
  /// @param step from 1
  /// @param elapsed since the job was started
  /// @param left that the steps to come will take if they are as long as those made, on average
  /// @param cache what was decided, for each branch of guidance; none without a cache
  /// @param forecast whether it was computed or forecast; empty without a forecast
  /// @param prediction the pictures as they would be; only for the listener's call, on its thread
  record Progress(
      int step,
      int steps,
      Duration elapsed,
      Duration left,
      List<CacheDecision> cache,
      Optional<ForecastDecision> forecast,
      Prediction prediction)
      implements ImageEvent {
    public Progress {
      cache = List.copyOf(cache);
    }
  }

  /// The pictures are drawn.
  ///
  /// @param cache what it did; empty without one
  /// @param forecast what it did; empty without one
  record Completed(
      List<GeneratedImage> images,
      Duration elapsed,
      Optional<CacheSummary> cache,
      Optional<ForecastSummary> forecast,
      TokenCounts tokens)
      implements ImageEvent {
    public Completed {
      images = List.copyOf(images);
    }
  }

  /// The job failed.
  record Failed(Throwable cause) implements ImageEvent {}

  /// The job was cancelled.
  record Cancelled() implements ImageEvent {}
}
