package io.inkstream.server.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a picture's file keeps of how it was drawn: written here, and read back.
///
/// @param model its name
/// @param version of this program
public record PictureRecord(String model, String version) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<Object> NOT_DONE = Set.of(false, List.of());

  /// The texts of a picture's file, keyword to text.
  ///
  /// @param cache what its cache did
  /// @param forecast what its forecast did
  public Map<String, String> texts(
      Order order,
      GeneratedImage image,
      Optional<CacheSummary> cache,
      Optional<ForecastSummary> forecast) {
    Map<String, Object> settings = new LinkedHashMap<>();
    GenerationParameters.NAMED.forEach(name -> settings.put(name, ""));
    settings.putAll(kept(order.with(alone(order.drawing(), image, forecast))));
    settings.put(Field.SAMPLER.wireName(), order.drawing().sampling().sampler().title());
    settings.put("model", model);
    settings.put("version", "Inkstream " + version);
    cache.ifPresent(did -> settings.put("cache", did.name()));
    forecast.ifPresent(did -> settings.put("forecast_steps", did.line()));
    forecast
        .flatMap(did -> did.estimatedErrorDb(image.index()))
        .ifPresent(db -> settings.put("estimated_error_db", Math.round(db * 10) / 10.0));
    return GenerationParameters.texts(settings);
  }

  /// What draws this picture alone, and as it was forecast in the end.
  private static GenerationRequest alone(
      GenerationRequest drawing, GeneratedImage image, Optional<ForecastSummary> forecast) {
    var one =
        drawing
            .withTexts(drawing.texts().withPrompts(List.of(image.prompt())))
            .withCanvas(image.pixels().width(), image.pixels().height())
            .withInputs(drawing.inputs().withSetSize(false))
            .withDraws(Draws.of(image.seed()));
    return forecast
        .flatMap(did -> drawing.forecast().map(asked -> asked.as(did.policy())))
        .map(did -> one.withApproximation(new Approximation.Forecast(did)))
        .orElse(one);
  }

  /// What says that something is not done is left out.
  private static Map<String, Object> kept(Order order) {
    Map<String, Object> kept = new LinkedHashMap<>();
    for (Field field : Field.values()) {
      Object value = field.part().giving().apply(order);
      if (field.drawn() && value != null && !NOT_DONE.contains(value)) {
        kept.put(field.wireName(), value);
      }
    }
    return kept;
  }

  /// An order that draws the picture of these texts again.
  ///
  /// @throws InvalidRequestException if they do not say enough, or something is not allowed
  public static Order read(Map<String, String> texts) {
    return read(texts, InputLibrary.NONE);
  }

  /// The same of one that was made of other pictures.
  ///
  /// @param inputs where those are
  public static Order read(Map<String, String> texts, InputLibrary inputs) {
    JsonNode kept = json(texts.getOrDefault(GenerationParameters.SETTINGS, ""));
    if (kept.has("image_index")) {
      throw new InvalidRequestException(
          "image_index", "image_index says that other pictures took their noise before this one");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Arrays.stream(Field.values())
        .filter(field -> field.drawn() && kept.has(field.wireName()))
        .forEach(field -> json.set(field.wireName(), kept.get(field.wireName())));
    String sampler = kept.path(Field.SAMPLER.wireName()).asText("euler");
    json.put(Field.SAMPLER.wireName(), sampler.toLowerCase(Locale.ROOT));
    return Order.fromJson(json, inputs);
  }

  private static JsonNode json(String text) {
    try {
      JsonNode json = MAPPER.readTree(text);
      if (json instanceof ObjectNode) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // said below, in the same words
    }
    throw new InvalidRequestException(
        GenerationParameters.SETTINGS, "the picture keeps no settings of Inkstream's");
  }
}
