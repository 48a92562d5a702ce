package io.inkstream.engine.cache;

import java.util.Locale;

/// What a cache did in one request, in short.
///
/// @param name its settings and what it reused, as cache-dit writes them
/// @param cachedSteps steps none of whose forwards ran all blocks
/// @param computedSteps the other steps
/// @param speedupEstimate how many times as many blocks would have run without a cache
public record CacheSummary(
    String name, int cachedSteps, int computedSteps, double speedupEstimate) {
  /// `10 of 20 steps reused, estimated speed-up 1.87 (DBCache_…)`.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d steps reused, estimated speed-up %.2f (%s)",
        cachedSteps,
        cachedSteps + computedSteps,
        speedupEstimate,
        name);
  }
}
