package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.InvalidRequestException;
import java.util.Optional;

/// What somebody asks for: pictures of one prompt, and the files they become.
///
/// @param cache the parameters of its cache, defaults included; empty: none
public record Order(GenerationRequest drawing, Output output, Optional<CacheDitParams> cache) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// The order as the fields of a request that says everything: whoever reads it, whatever the
  /// settings there, draws the same.
  public ObjectNode toJson() {
    ObjectNode json = NODES.objectNode();
    json.put(Field.PROMPT.wireName(), drawing.texts().prompts().getFirst());
    json.put(
        Field.NEGATIVE_PROMPT.wireName(),
        drawing.texts().negatives().stream().findFirst().orElse(""));
    json.put(Field.MAX_SEQUENCE_LENGTH.wireName(), drawing.texts().maxSequenceLength());
    json.put(Field.WIDTH.wireName(), drawing.canvas().width());
    json.put(Field.HEIGHT.wireName(), drawing.canvas().height());
    json.put(Field.N.wireName(), drawing.draws().imagesPerPrompt());
    var seeds = json.putArray(Field.SEED.wireName());
    drawing.draws().seeds().forEach(seeds::add);
    json.put(Field.NUM_INFERENCE_STEPS.wireName(), drawing.guidance().steps());
    json.put(Field.TRUE_CFG_SCALE.wireName(), drawing.guidance().trueCfgScale());
    json.put(Field.SAMPLER.wireName(), drawing.sampling().sampler().toString());
    putApproximation(json);
    json.put(Field.OUTPUT_FORMAT.wireName(), output.format().word());
    output
        .compression()
        .ifPresent(compression -> json.put(Field.OUTPUT_COMPRESSION.wireName(), compression));
    return json;
  }

  private void putApproximation(ObjectNode json) {
    json.put(Field.ENABLE_CACHE_DIT.wireName(), cache.isPresent());
    cache.ifPresent(
        params -> json.set(Field.CACHE_DIT_PARAMS.wireName(), PlainJson.of(params.toMap())));
    json.set(
        Field.FORECAST.wireName(),
        drawing
            .forecast()
            .<JsonNode>map(asked -> PlainJson.of(asked.toMap()))
            .orElse(NODES.booleanNode(false)));
  }

  /// The order that [#toJson] wrote.
  ///
  /// @throws InvalidRequestException naming what is damaged, missing or unknown
  public static Order fromJson(JsonNode json) {
    if (!(json instanceof ObjectNode object)) {
      throw new InvalidRequestException("order", "order is no JSON object");
    }
    for (Field field :
        new Field[] {
          Field.PROMPT, Field.WIDTH, Field.HEIGHT, Field.SEED, Field.NUM_INFERENCE_STEPS
        }) {
      if (!object.hasNonNull(field.wireName())) {
        throw new InvalidRequestException(
            field.wireName(), field.wireName() + " is missing in the order");
      }
    }
    return read(Fields.strictly(object));
  }

  static Order read(Fields fields) {
    try {
      return new OrderReader(Defaults.NONE).read(fields);
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }
}
