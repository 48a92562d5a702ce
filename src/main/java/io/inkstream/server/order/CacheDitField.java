package io.inkstream.server.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.request.InvalidRequestException;

/// Reads `cache_dit_params`: an object, or a string with its JSON.
public final class CacheDitField {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private CacheDitField() {}

  /// @throws InvalidRequestException if it is something else, or a key or a value is not allowed
  public static CacheDitParams of(Fields fields) {
    return fields.node(Field.CACHE_DIT_PARAMS).map(CacheDitField::read).orElse(CacheDitParams.NONE);
  }

  private static CacheDitParams read(JsonNode field) {
    try {
      JsonNode json = field.isTextual() ? MAPPER.readTree(field.textValue()) : field;
      return CacheDitParams.of(MAPPER.convertValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw Field.CACHE_DIT_PARAMS.refused(
          Fields.shown(field), "a JSON object, or a string with one");
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }
}
