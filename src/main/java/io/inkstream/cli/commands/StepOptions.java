package io.inkstream.cli.commands;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.pipeline.Approximation;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.Sampling;
import io.inkstream.engine.pipeline.Saving;
import io.inkstream.engine.pipeline.Saving.Fidelity;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.SettingValues;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to get from step to step, and which steps not to compute.
final class StepOptions {
  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      completionCandidates = SamplerMeanings.class,
      description = "${COMPLETION-CANDIDATES}. Default: INKSTREAM_SAMPLER, else euler.")
  private @Nullable String sampler;

  @Option(
      names = "--forecast",
      paramLabel = "SHARE",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Compute this share of the steps (0.5 if not said) and forecast the velocity at the"
              + " others, where nothing runs; false turns it off. Default:"
              + " INKSTREAM_FORECAST_ENABLED, else false.")
  private @Nullable String forecast;

  @Option(
      names = "--forecast-policy",
      paramLabel = "NAME",
      description =
          "power-law, calibrated or adaptive. Default: INKSTREAM_FORECAST_POLICY, else the model's"
              + " table if one fits (see inkstream calibrate), else power-law.")
  private @Nullable String policy;

  @Option(
      names = "--forecast-tolerance",
      paramLabel = "ERROR",
      description = "Of adaptive: smaller computes more steps. Default: 0.04, about half of 20.")
  private @Nullable Double tolerance;

  @Option(
      names = "--forecast-report",
      description = "Which steps were computed and which forecast, on standard error.")
  private boolean report;

  boolean report() {
    return report;
  }

  /// The variables, checked.
  DenoisingSettings settings(SettingValues values, CacheDitSettings caching) {
    return DenoisingSettings.from(values, caching);
  }

  /// Whether the pictures have a cache, a forecast or neither.
  ///
  /// @param cache what `--enable-cache-dit` says
  Saving saving(Optional<Boolean> cache, CacheDitSettings caching, DenoisingSettings settings) {
    boolean plain = said().filter(one -> one != Sampler.EULER).isPresent();
    var words = new Saving.Said(cache, fields().enable(), Fidelity.UNSAID, plain);
    return Saving.of(words, caching.enabled(), settings.forecasts());
  }

  /// How the pictures are sampled.
  ///
  /// @param cache of a picture, if it has one
  Sampling sampling(
      Saving saving, Optional<CacheDitParams> cache, DenoisingSettings settings, int steps) {
    var sampler = said().orElse(saving == Saving.FORECAST ? Sampler.EULER : settings.sampler());
    return new Sampling(
        sampler,
        saving == Saving.FORECAST
            ? new Approximation.Forecast(fields().params().over(settings.forecast()))
            : Approximation.of(cache.map(params -> params.toConfig(steps))));
  }

  private Optional<Sampler> said() {
    return Optional.ofNullable(sampler)
        .map(name ->
            Sampler.named(name.toLowerCase(Locale.ROOT))
                .orElseThrow(() ->
                    new InvalidRequestException(
                        "sampler",
                        "sampler is "
                            + name
                            + ", must be one of "
                            + Arrays.toString(Sampler.values()))));
  }

  private ForecastFields fields() {
    try {
      Optional<Kind> kind = Optional.ofNullable(policy).map(ForecastFields::policy);
      var params = ForecastParams.together(kind, share(), Optional.ofNullable(tolerance));
      boolean some = policy != null || tolerance != null;
      boolean off = "false".equals(forecast);
      if (off && some) {
        throw new InvalidForecastException("", "false", "left out with a policy or a tolerance");
      }
      return new ForecastFields(
          forecast == null && !some ? Optional.empty() : Optional.of(!off), params);
    } catch (InvalidForecastException e) {
      throw InvalidRequestException.of(e);
    }
  }

  private Optional<Double> share() {
    if (forecast == null || forecast.equals("true") || forecast.equals("false")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Double.parseDouble(forecast));
    } catch (NumberFormatException e) {
      throw new InvalidForecastException(
          "", "'" + forecast + "'", "a share above 0 and at most 1, true or false");
    }
  }
}
