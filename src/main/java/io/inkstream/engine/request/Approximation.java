package io.inkstream.engine.request;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.forecast.ForecastParams;
import java.util.Optional;

/// How a request saves work, if at all. A cache and a forecast do not go together: each takes the
/// other's computed steps for what they are not.
public sealed interface Approximation {
  /// A cache, or nothing.
  static Approximation of(Optional<DBCacheConfig> cache) {
    return cache.<Approximation>map(Cache::new).orElseGet(None::new);
  }

  /// Reuse of blocks between steps.
  default Optional<DBCacheConfig> cache() {
    return this instanceof Cache(DBCacheConfig config) ? Optional.of(config) : Optional.empty();
  }

  /// Steps that are not computed.
  default Optional<ForecastParams> forecast() {
    return this instanceof Forecast(ForecastParams params) ? Optional.of(params) : Optional.empty();
  }

  /// Every step runs in full.
  record None() implements Approximation {}

  /// Blocks are reused between steps.
  ///
  /// @param config its mask is one of this request's steps
  record Cache(DBCacheConfig config) implements Approximation {}

  /// Some steps run in full, the others not at all: their velocity is extended.
  record Forecast(ForecastParams params) implements Approximation {}
}
