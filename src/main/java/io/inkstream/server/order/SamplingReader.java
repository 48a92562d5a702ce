package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Sampling;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.server.order.ApproximationKind.Fidelity;
import java.util.Arrays;
import java.util.Optional;

/// Reads how an order gets from step to step: `sampler`, `enable_cache_dit` with
/// `cache_dit_params`, `forecast`, and what SGLang's `quality` says of them.
record SamplingReader(SamplingDefaults defaults) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// With so few steps each counts: none is forecast that was not asked for.
  private static final int FEW = 8;

  /// How an order is sampled, and the parameters of its cache if it has one.
  record Sampled(Sampling sampling, Optional<CacheDitParams> cache) {}

  Sampled read(Fields fields, GenerationRequest drawing) {
    int steps = drawing.guidance().steps();
    CacheDitParams given = CacheDitField.of(fields);
    Optional<Sampler> sampler = sampler(fields);
    ForecastFields forecast =
        fields.node(Field.FORECAST).map(SamplingReader::forecast).orElse(ForecastFields.NONE);
    Fidelity fidelity = fidelity(fields.text(Field.QUALITY).orElse("auto"));
    var asked =
        new ApproximationKind.Asked(
            fields.flag(Field.ENABLE_CACHE_DIT),
            forecast.enable(),
            fidelity,
            made(drawing) <= FEW || sampler.filter(one -> one != Sampler.EULER).isPresent());
    return switch (ApproximationKind.of(asked, defaults.caches(), defaults.forecasts())) {
      case NOTHING -> plain(sampler.orElse(defaults.sampler()));
      case CACHE -> cached(sampler.orElse(defaults.sampler()), given, steps);
      case FORECAST -> forecast(sampler.orElse(Sampler.EULER), forecast.params(), fidelity);
    };
  }

  /// Steps, of a picture that is drawn anew those that its strength leaves.
  private static double made(GenerationRequest drawing) {
    return Math.ceil(drawing.guidance().steps() * drawing.inputs().strength().orElse(1));
  }

  private static Sampled plain(Sampler sampler) {
    return new Sampled(new Sampling(sampler, new Approximation.None()), Optional.empty());
  }

  private Sampled cached(Sampler sampler, CacheDitParams given, int steps) {
    CacheDitParams params = given.over(defaults.cache());
    var cache = new Approximation.Cache(params.toConfig(steps));
    return new Sampled(new Sampling(sampler, cache), Optional.of(params));
  }

  /// `high` means SGLang's share whatever the settings say; an order's own beats it.
  private Sampled forecast(Sampler sampler, ForecastParams asked, Fidelity fidelity) {
    var meant = fidelity == Fidelity.HIGH ? asked.over(ForecastParams.HALF) : asked;
    var params = meant.over(defaults.forecast());
    return new Sampled(new Sampling(sampler, new Approximation.Forecast(params)), Optional.empty());
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
      case "exact", "lossless", "extra-high" -> Fidelity.EXACT;
      case "high", "xhigh", "max" -> defaults.qualityHigh() ? Fidelity.HIGH : Fidelity.UNSAID;
      default -> Fidelity.UNSAID;
    };
  }
}
