package io.inkstream.server.config;

import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.scheduler.Sampler;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/// `INKSTREAM_SAMPLER` and the `INKSTREAM_FORECAST_*` variables, or `inkstream.forecast.*` in a
/// file, checked. Like [CacheDitSettings] they are looked up by name, so that commands read them
/// too.
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
  private static final String PREFIX = "inkstream.forecast.";
  private static final String ENABLED = "enabled";

  /// Checks the settings.
  ///
  /// @param caching a cache and a forecast cannot both be the default
  /// @throws SettingException if a value is not allowed
  public static DenoisingSettings from(Config config, CacheDitSettings caching) {
    Sampler sampler =
        new Setting("sampler", config.getOptionalValue("inkstream.sampler", String.class))
            .parsed("one of " + Arrays.toString(Sampler.values()), DenoisingSettings::sampler)
            .orElse(Sampler.EULER);
    boolean forecasts = setting(config, ENABLED).flag().orElse(false);
    var settings =
        new DenoisingSettings(
            sampler,
            forecasts,
            forecast(config),
            setting(config, "table").parsed("a file", Path::of),
            setting(config, "quality-high").flag().orElse(true));
    settings.requireAlone(config, caching);
    return settings;
  }

  private static Sampler sampler(String name) {
    return Sampler.named(name).orElseThrow(IllegalArgumentException::new);
  }

  private static ForecastParams forecast(Config config) {
    Optional<Kind> policy =
        setting(config, "policy")
            .parsed("one of " + Arrays.toString(Kind.values()), ForecastFields::policy);
    Optional<Double> share =
        setting(config, "share")
            .parsed(
                "above 0 and at most 1",
                text -> ForecastParams.ofShare(Double.parseDouble(text)).share().orElseThrow());
    Optional<Double> tolerance =
        setting(config, "tolerance").parsed("above 0 and at most 10", DenoisingSettings::tolerance);
    return new ForecastParams(policy, share, tolerance);
  }

  private static double tolerance(String text) {
    Optional<Double> number = Optional.of(Double.parseDouble(text));
    return ForecastParams.together(Optional.empty(), Optional.empty(), number)
        .tolerance()
        .orElseThrow();
  }

  private void requireAlone(Config config, CacheDitSettings caching) {
    if (!forecasts) {
      return;
    }
    if (caching.enabled()) {
      throw setting(config, ENABLED).refused("false with SGLANG_CACHE_DIT_ENABLED=true");
    }
    if (sampler != Sampler.EULER) {
      throw setting(config, ENABLED).refused("false with INKSTREAM_SAMPLER=" + sampler);
    }
  }

  private static Setting setting(Config config, String name) {
    return new Setting(PREFIX, name, config.getOptionalValue(PREFIX + name, String.class));
  }
}
