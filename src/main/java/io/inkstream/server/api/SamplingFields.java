package io.inkstream.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.pipeline.Approximation;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.Sampling;
import io.inkstream.engine.pipeline.Saving;
import io.inkstream.engine.pipeline.Saving.Fidelity;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads how a request gets from step to step: `sampler`, `enable_cache_dit` with
/// `cache_dit_params`, `forecast`, and what SGLang's `quality` says of them.
@Singleton
final class SamplingFields {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final CacheDitSettings caching;
  private final DenoisingSettings denoising;

  SamplingFields(CacheDitSettings caching, DenoisingSettings denoising) {
    this.caching = caching;
    this.denoising = denoising;
  }

  /// How a request is sampled, and the parameters of its cache if it has one.
  record Read(Sampling sampling, Optional<CacheDitParams> cache) {}

  /// @param given the request's `cache_dit_params`
  /// @throws InvalidRequestException for what is not allowed, alone or together
  Read read(ImageGenerationRequest wire, CacheDitParams given, int steps) {
    Optional<Sampler> sampler = Optional.ofNullable(wire.sampler()).map(SamplingFields::sampler);
    ForecastFields forecast = forecast(wire.forecast());
    Fidelity fidelity = fidelity(wire.quality());
    var said =
        new Saving.Said(
            Optional.ofNullable(wire.enableCacheDit()),
            forecast.enable(),
            fidelity,
            sampler.filter(one -> one != Sampler.EULER).isPresent());
    return switch (Saving.of(said, caching.enabled(), denoising.forecasts())) {
      case NOTHING -> plain(sampler.orElse(denoising.sampler()));
      case CACHE -> cached(sampler.orElse(denoising.sampler()), given, steps);
      case FORECAST -> forecast(sampler.orElse(Sampler.EULER), forecast.params(), fidelity);
    };
  }

  private static Read plain(Sampler sampler) {
    return new Read(new Sampling(sampler, new Approximation.None()), Optional.empty());
  }

  private Read cached(Sampler sampler, CacheDitParams given, int steps) {
    try {
      CacheDitParams params = given.over(caching.params());
      var cache = new Approximation.Cache(params.toConfig(steps));
      return new Read(new Sampling(sampler, cache), Optional.of(params));
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }

  /// `high` means SGLang's share whatever the settings say; a request's own beats it.
  private Read forecast(Sampler sampler, ForecastParams said, Fidelity fidelity) {
    var meant = fidelity == Fidelity.HIGH ? said.over(ForecastParams.HALF) : said;
    var params = meant.over(denoising.forecast());
    return new Read(new Sampling(sampler, new Approximation.Forecast(params)), Optional.empty());
  }

  private static Sampler sampler(String name) {
    return Sampler.named(name)
        .orElseThrow(() ->
            ApiException.badRequest(
                "sampler",
                "sampler is " + name + ", must be one of " + Arrays.toString(Sampler.values())));
  }

  private static ForecastFields forecast(@Nullable JsonNode field) {
    if (field == null || field.isNull()) {
      return ForecastFields.NONE;
    }
    try {
      return ForecastFields.of(MAPPER.convertValue(field, Object.class));
    } catch (InvalidForecastException e) {
      throw InvalidRequestException.of(e);
    }
  }

  private Fidelity fidelity(@Nullable String quality) {
    return switch (quality == null ? "auto" : quality) {
      case "exact", "lossless" -> Fidelity.EXACT;
      case "high", "extra-high" -> denoising.qualityHigh() ? Fidelity.HIGH : Fidelity.UNSAID;
      default -> Fidelity.UNSAID;
    };
  }
}
