package io.inkstream.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.order.CacheDitField;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import java.util.ArrayList;
import java.util.List;

/// Whether and how blocks are reused between steps.
final class CacheOptions {
  private CacheOptions() {}

  /// Reads the JSON of `--cache-dit-params` where it stands.
  static void parse(ObjectNode fields) {
    String name = Field.CACHE_DIT_PARAMS.wireName();
    if (fields.has(name)) {
      String text = fields.get(name).textValue();
      try {
        fields.set(name, Report.tree(text));
      } catch (JsonProcessingException e) {
        throw Field.CACHE_DIT_PARAMS.refused("'" + text + "'", "a JSON object");
      }
    }
  }

  /// What is set without effect, a line each.
  ///
  /// @param cached whether the pictures have a cache
  static List<String> warnings(Fields fields, boolean cached) {
    List<String> lines = new ArrayList<>();
    if (CacheDitField.of(fields).hasSecondary()) {
      lines.add("--cache-dit-params secondary: no effect, the model has one transformer");
    }
    if (fields.has(Field.CACHE_DIT_PARAMS) && !cached) {
      lines.add("--cache-dit-params: no effect without --enable-cache-dit");
    }
    return lines;
  }

  /// A refusal in the words of where the setting comes from: the options or the variables.
  static RuntimeException refused(
      InvalidCacheConfigException invalid, CacheDitSettings settings, Fields fields) {
    return settings.params().sets(invalid.key()) && !CacheDitField.of(fields).sets(invalid.key())
        ? CacheDitSettings.refused(invalid)
        : InvalidRequestException.of(invalid);
  }
}
