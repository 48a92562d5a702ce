package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.pipeline.Approximation;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.Sampling;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.server.order.Saving.Fidelity;
import java.util.Arrays;
import java.util.Optional;

/// Reads how an order gets from step to step: `sampler`, `enable_cache_dit` with
/// `cache_dit_params`, `forecast`, and what SGLang's `quality` says of them.
record SamplingReader(Savings savings) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// How an order is sampled, and the parameters of its cache if it has one.
  record Read(Sampling sampling, Optional<CacheDitParams> cache) {}

  Read read(Fields fields, int steps) {
    CacheDitParams given = CacheDitField.of(fields);
    Optional<Sampler> sampler = sampler(fields);
    ForecastFields forecast =
        fields.node(Field.FORECAST).map(SamplingReader::forecast).orElse(ForecastFields.NONE);
    Fidelity fidelity = fidelity(fields.text(Field.QUALITY).orElse("auto"));
    var said =
        new Saving.Said(
            fields.flag(Field.ENABLE_CACHE_DIT),
            forecast.enable(),
            fidelity,
            sampler.filter(one -> one != Sampler.EULER).isPresent());
    return switch (Saving.of(said, savings.caches(), savings.forecasts())) {
      case NOTHING -> plain(sampler.orElse(savings.sampler()));
      case CACHE -> cached(sampler.orElse(savings.sampler()), given, steps);
      case FORECAST -> forecast(sampler.orElse(Sampler.EULER), forecast.params(), fidelity);
    };
  }

  private static Read plain(Sampler sampler) {
    return new Read(new Sampling(sampler, new Approximation.None()), Optional.empty());
  }

  private Read cached(Sampler sampler, CacheDitParams given, int steps) {
    CacheDitParams params = given.over(savings.cache());
    var cache = new Approximation.Cache(params.toConfig(steps));
    return new Read(new Sampling(sampler, cache), Optional.of(params));
  }

  /// `high` means SGLang's share whatever the settings say; an order's own beats it.
  private Read forecast(Sampler sampler, ForecastParams said, Fidelity fidelity) {
    var meant = fidelity == Fidelity.HIGH ? said.over(ForecastParams.HALF) : said;
    var params = meant.over(savings.forecast());
    return new Read(new Sampling(sampler, new Approximation.Forecast(params)), Optional.empty());
  }

  private static Optional<Sampler> sampler(Fields fields) {
    return fields
        .node(Field.SAMPLER)
        .map(JsonNode::textValue)
        .map(name ->
            Sampler.named(name)
                .orElseThrow(() ->
                    Field.SAMPLER.refused(name, "one of " + Arrays.toString(Sampler.values()))));
  }

  private static ForecastFields forecast(JsonNode field) {
    try {
      return ForecastFields.of(MAPPER.convertValue(field, Object.class));
    } catch (InvalidForecastException e) {
      throw InvalidRequestException.of(e);
    }
  }

  private Fidelity fidelity(String quality) {
    return switch (quality) {
      case "exact", "lossless" -> Fidelity.EXACT;
      case "high", "xhigh", "extra-high", "max" ->
          savings.qualityHigh() ? Fidelity.HIGH : Fidelity.UNSAID;
      default -> Fidelity.UNSAID;
    };
  }
}
