package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.Optional;
import java.util.OptionalInt;

/// What somebody asks for: pictures of one prompt, and the files they become.
///
/// @param cache the parameters of its cache, defaults included; empty: none
public record Order(GenerationRequest drawing, Output output, Optional<CacheDitParams> cache) {
  /// That drawing, as a PNG file.
  ///
  /// @param drawing without a cache, whose parameters an order would say
  public static Order of(GenerationRequest drawing) {
    return new Order(drawing, new Output(ImageFormat.PNG, OptionalInt.empty()), Optional.empty());
  }

  /// The order as the fields of a request that says everything: whoever reads it, whatever the
  /// settings there, draws the same.
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Field field : Field.values()) {
      Object value = field.part().giving().apply(this);
      if (value != null) {
        json.set(field.wireName(), PlainJson.of(value));
      }
    }
    return json;
  }

  Order with(GenerationRequest other) {
    return new Order(other, output, cache);
  }

  Order with(Output other) {
    return new Order(drawing, other, cache);
  }

  /// The order that [#toJson] wrote, of words alone.
  ///
  /// @throws InvalidRequestException naming what is damaged, missing or unknown
  public static Order fromJson(JsonNode json) {
    return fromJson(json, InputLibrary.NONE);
  }

  /// The order that [#toJson] wrote.
  ///
  /// @param inputs where the pictures are that it begins with
  /// @throws InvalidRequestException naming what is damaged, missing or unknown
  public static Order fromJson(JsonNode json, InputLibrary inputs) {
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
    return read(Fields.strictly(object), inputs);
  }

  private static Order read(Fields fields, InputLibrary inputs) {
    try {
      return new OrderReader(Defaults.none(inputs)).read(fields);
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }
}
