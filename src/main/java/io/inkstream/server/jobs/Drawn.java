package io.inkstream.server.jobs;

import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.pipeline.TokenCounts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What came of a job that went well.
///
/// @param elapsed since the drawing began
/// @param cache what it did; empty without one
/// @param forecast what it did; empty without one
public record Drawn(
    List<FinishedPicture> pictures,
    Duration elapsed,
    Optional<CacheSummary> cache,
    Optional<ForecastSummary> forecast,
    TokenCounts tokens) {
  public Drawn {
    pictures = List.copyOf(pictures);
  }

  /// Of all files.
  long bytes() {
    return pictures.stream().mapToLong(picture -> picture.file().length).sum();
  }
}
