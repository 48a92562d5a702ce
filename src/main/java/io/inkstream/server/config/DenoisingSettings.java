package io.inkstream.server.config;

import static io.inkstream.server.config.RequestEntries.*;

import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.server.order.SamplingDefaults;
import java.nio.file.Path;
import java.util.Optional;

/// How requests get from step to step that do not say it, checked.
///
/// @param sampler of requests that name none
/// @param forecasts whether requests have a forecast that do not say
/// @param forecast what their forecasts are, where they do not say
/// @param table a file of forecast tables beside the model's own
/// @param qualityHigh whether a `quality` of `high` means a forecast
public record DenoisingSettings(
    Sampler sampler,
    boolean forecasts,
    ForecastParams forecast,
    Optional<Path> table,
    boolean qualityHigh) {
  /// Checks the settings.
  ///
  /// @param caching a cache and a forecast cannot both be the default
  /// @throws SettingException if a value is not allowed
  public static DenoisingSettings from(SettingValues values, CacheDitSettings caching) {
    var settings =
        new DenoisingSettings(
            values.get(SAMPLER),
            values.get(FORECAST_ENABLED),
            new ForecastParams(
                values.find(FORECAST_POLICY),
                values.find(FORECAST_SHARE),
                values.find(FORECAST_TOLERANCE)),
            values.find(FORECAST_TABLE),
            values.get(FORECAST_QUALITY_HIGH));
    settings.requireAlone(values, caching);
    return settings;
  }

  /// What requests get from these and the cache's settings.
  public SamplingDefaults samplingDefaults(CacheDitSettings caching) {
    return new SamplingDefaults(
        sampler, caching.enabled(), caching.params(), forecasts, forecast, qualityHigh);
  }

  private void requireAlone(SettingValues values, CacheDitSettings caching) {
    if (!forecasts) {
      return;
    }
    if (caching.enabled()) {
      throw values.refused(FORECAST_ENABLED, "false with SGLANG_CACHE_DIT_ENABLED=true");
    }
    if (sampler != Sampler.EULER) {
      throw values.refused(FORECAST_ENABLED, "false with INKSTREAM_SAMPLER=" + sampler);
    }
  }
}
