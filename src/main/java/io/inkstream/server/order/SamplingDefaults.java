package io.inkstream.server.order;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.scheduler.Sampler;

/// How an order that does not say gets from step to step, and what it saves on the way.
///
/// @param caches whether it has a cache
/// @param cache what caches are, where an order does not say
/// @param forecasts whether it has a forecast
/// @param forecast what forecasts are, where an order does not say
/// @param qualityHigh whether a `quality` of `high` means a forecast
public record SamplingDefaults(
    Sampler sampler,
    boolean caches,
    CacheDitParams cache,
    boolean forecasts,
    ForecastParams forecast,
    boolean qualityHigh) {
  /// Nothing is saved unless an order says so.
  public static final SamplingDefaults NONE =
      new SamplingDefaults(
          Sampler.EULER, false, CacheDitParams.NONE, false, ForecastParams.NONE, true);
}
