package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.pipeline.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/// Reads `cache_dit_params`: an object, or a string with its JSON.
final class CacheDitField {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private CacheDitField() {}

  /// @throws ApiException if it is something else
  /// @throws InvalidRequestException if a key or a value is not allowed
  static CacheDitParams read(@Nullable JsonNode field) {
    if (field == null || field.isNull()) {
      return CacheDitParams.NONE;
    }
    try {
      JsonNode json = field.isTextual() ? MAPPER.readTree(field.textValue()) : field;
      return CacheDitParams.of(MAPPER.convertValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest(
          "cache_dit_params",
          "cache_dit_params is %s, must be a JSON object, or a string with one"
              .formatted(ImageRequestBody.shown(field)));
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }
}
