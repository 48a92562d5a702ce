package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a request's JSON strictly: a number is no text, a fraction no whole number.
@Singleton
final class ImageRequestBody {
  /// Objects, or texts with their JSON, whose fields count as the body's own unless the body has
  /// them; in this order.
  static final List<String> EXTRAS =
      List.of("extra_body", "extra_json", "extra_args", "extra_params");

  private static final int LONGEST_VALUE = 80;

  private final JsonMapper mapper =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  /// @throws ApiException if the body is no JSON object or a field has the wrong type
  ImageGenerationRequest read(byte[] body) {
    ObjectNode fields = withExtras(tree(body));
    try {
      mapper.treeToValue(fields, InertFields.class).check();
      return mapper.treeToValue(fields, ImageGenerationRequest.class);
    } catch (JsonMappingException e) {
      throw wrongType(e, fields);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  private ObjectNode tree(byte[] body) {
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

  private ObjectNode withExtras(ObjectNode fields) {
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
        name, name + " is " + shown(given) + ", must be an object, or a string with its JSON");
  }

  private static ApiException malformed(JsonProcessingException e) {
    return ApiException.badRequest(
        null, "The request body is not valid JSON: " + e.getOriginalMessage());
  }

  private static ApiException wrongType(JsonMappingException e, ObjectNode fields) {
    String field = e.getPath().isEmpty() ? null : e.getPath().getFirst().getFieldName();
    if (field == null) {
      return malformed(e);
    }
    Class<?> type =
        e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    return ApiException.badRequest(
        field, field + " is " + shown(fields.path(field)) + ", must be " + named(type));
  }

  private static String named(@Nullable Class<?> type) {
    return switch (type == null ? "" : type.getSimpleName()) {
      case "String" -> "a string";
      case "Integer", "int" -> "a whole number";
      case "Double", "double" -> "a number";
      case "Boolean", "boolean" -> "true or false";
      case "Map", "LinkedHashMap" -> "an object";
      default -> "of another type, or smaller";
    };
  }

  static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
  }
}
