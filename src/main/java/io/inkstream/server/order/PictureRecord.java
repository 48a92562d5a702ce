package io.inkstream.server.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a picture's file keeps of how it was drawn: written here, and read back.
///
/// @param model its name
/// @param version of this program
public record PictureRecord(String model, String version) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<Field> READ =
      List.of(
          Field.PROMPT,
          Field.NEGATIVE_PROMPT,
          Field.NUM_INFERENCE_STEPS,
          Field.TRUE_CFG_SCALE,
          Field.SEED,
          Field.WIDTH,
          Field.HEIGHT,
          Field.MAX_SEQUENCE_LENGTH,
          Field.ENABLE_CACHE_DIT,
          Field.CACHE_DIT_PARAMS,
          Field.FORECAST);

  /// The texts of a picture's file, keyword to text.
  ///
  /// @param cache what its cache did
  /// @param forecast what its forecast did
  public Map<String, String> texts(
      Order order,
      GeneratedImage image,
      Optional<CacheSummary> cache,
      Optional<ForecastSummary> forecast) {
    var settings = settings(order, image);
    order
        .cache()
        .ifPresent(params -> {
          settings.put(Field.ENABLE_CACHE_DIT.wireName(), true);
          settings.put(Field.CACHE_DIT_PARAMS.wireName(), params.toMap());
        });
    cache.ifPresent(did -> settings.put("cache", did.name()));
    forecast.ifPresent(did -> {
      order
          .drawing()
          .forecast()
          .ifPresent(
              asked -> settings.put(Field.FORECAST.wireName(), asked.as(did.policy()).toMap()));
      settings.put("forecast_steps", did.line());
    });
    return GenerationParameters.texts(settings);
  }

  private Map<String, Object> settings(Order order, GeneratedImage image) {
    var drawing = order.drawing();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put(Field.PROMPT.wireName(), image.prompt());
    settings.put(
        Field.NEGATIVE_PROMPT.wireName(),
        drawing.texts().negatives().stream().findFirst().orElse(""));
    settings.put(Field.NUM_INFERENCE_STEPS.wireName(), drawing.guidance().steps());
    settings.put(Field.SAMPLER.wireName(), drawing.sampling().sampler().title());
    settings.put(Field.TRUE_CFG_SCALE.wireName(), drawing.guidance().trueCfgScale());
    settings.put(Field.SEED.wireName(), image.seed());
    settings.put(Field.WIDTH.wireName(), image.pixels().width());
    settings.put(Field.HEIGHT.wireName(), image.pixels().height());
    settings.put("model", model);
    settings.put(Field.MAX_SEQUENCE_LENGTH.wireName(), drawing.texts().maxSequenceLength());
    settings.put("version", "Inkstream " + version);
    return settings;
  }

  /// An order that draws the picture of these texts again.
  ///
  /// @throws InvalidRequestException if they do not say enough, or something is not allowed
  public static Order read(Map<String, String> texts) {
    JsonNode kept = json(texts.getOrDefault(GenerationParameters.SETTINGS, ""));
    if (kept.has("image_index")) {
      throw new InvalidRequestException(
          "image_index", "image_index says that other pictures took their noise before this one");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(Field.ENABLE_CACHE_DIT.wireName(), false);
    json.put(Field.FORECAST.wireName(), false);
    for (Field field : READ) {
      Optional.ofNullable(kept.get(field.wireName()))
          .ifPresent(value -> json.set(field.wireName(), value));
    }
    String sampler = kept.path(Field.SAMPLER.wireName()).asText("euler");
    json.put(Field.SAMPLER.wireName(), sampler.toLowerCase(Locale.ROOT));
    return Order.fromJson(json);
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
