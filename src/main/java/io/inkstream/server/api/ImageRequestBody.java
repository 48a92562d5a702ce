package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.order.Fields;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;

/// Reads a request's JSON strictly: a number is no text, a fraction no whole number.
@Singleton
public final class ImageRequestBody {
  /// Objects, or texts with their JSON, whose fields count as the body's own unless the body has
  /// them; in this order.
  static final List<String> EXTRAS =
      List.of("extra_body", "extra_json", "extra_args", "extra_params");

  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /// @throws ApiException if the body is no JSON object
  /// @throws io.inkstream.engine.request.InvalidRequestException if a field has the wrong type
  Fields read(byte[] body) {
    return Fields.of(whole(body));
  }

  /// All fields, extras among them.
  ///
  /// @throws ApiException if the body is no JSON object
  public ObjectNode whole(byte[] body) {
    return withExtras(object(body));
  }

  /// The same of a body that was read elsewhere, which is changed.
  public Fields read(ObjectNode body) {
    return Fields.of(withExtras(body));
  }

  /// @throws ApiException if the body is no JSON object
  public ObjectNode object(byte[] body) {
    try {
      if (mapper.readTree(body) instanceof ObjectNode fields) {
        return fields;
      }
      throw ApiException.badRequest(null, "The request body must be a JSON object");
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw ApiException.badRequest(null, "The request body cannot be read");
    }
  }

  /// The same of a body that was read elsewhere, which is changed.
  ///
  /// @throws ApiException if an extra is no object
  public ObjectNode withExtras(ObjectNode fields) {
    for (String name : EXTRAS) {
      JsonNode given = fields.remove(name);
      if (given != null && !given.isNull()) {
        extras(name, given).properties().stream()
            .filter(extra -> !fields.hasNonNull(extra.getKey()))
            .forEach(extra -> fields.set(extra.getKey(), extra.getValue()));
      }
    }
    return fields;
  }

  private ObjectNode extras(String name, JsonNode given) {
    try {
      JsonNode json = given.isTextual() ? mapper.readTree(given.textValue()) : given;
      if (json instanceof ObjectNode extras) {
        return extras;
      }
      throw notExtras(name, given);
    } catch (JsonProcessingException e) {
      throw notExtras(name, given);
    }
  }

  private static ApiException notExtras(String name, JsonNode given) {
    return ApiException.badRequest(
        name,
        name + " is " + Fields.shown(given) + ", must be an object, or a string with its JSON");
  }

  private static ApiException malformed(JsonProcessingException e) {
    return ApiException.badRequest(
        null, "The request body is not valid JSON: " + e.getOriginalMessage());
  }
}
