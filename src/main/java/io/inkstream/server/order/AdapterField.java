package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The field `lora`: a list of `{name, path, scale}`.
public final class AdapterField {
  private static final String NAME = "name";
  private static final String PATH = "path";
  private static final String SCALE = "scale";
  private static final Set<String> KEYS = new TreeSet<>(Set.of(NAME, PATH, SCALE));
  private static final int LONGEST = 4096;

  private AdapterField() {}

  /// @throws InvalidRequestException if it is something else
  static List<AdapterChoice> of(JsonNode field) {
    if (!(field instanceof ArrayNode list)) {
      throw refused(field, "a list of objects with name or path, and scale");
    }
    if (list.size() > AdapterChoice.MOST) {
      throw refused(list.size() + " adapters", "at most " + AdapterChoice.MOST);
    }
    List<AdapterChoice> choices = new ArrayList<>();
    list.forEach(one -> choices.add(choice(one)));
    return choices;
  }

  private static AdapterChoice choice(JsonNode json) {
    if (!(json instanceof ObjectNode one)) {
      throw refused(json, "a list of objects with name or path, and scale");
    }
    one.fieldNames()
        .forEachRemaining(key -> {
          if (!KEYS.contains(key)) {
            throw refused("with the key '" + key + "'", "with keys of " + KEYS);
          }
        });
    return new AdapterChoice(text(one, NAME), text(one, PATH), scale(one));
  }

  private static Optional<String> text(ObjectNode one, String key) {
    JsonNode value = one.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.textValue().isBlank() || value.textValue().length() > LONGEST) {
      throw refused(
          "with %s %s".formatted(key, Fields.shown(value)),
          "with one of 1 to %d characters".formatted(LONGEST));
    }
    return Optional.of(value.textValue());
  }

  private static double scale(ObjectNode one) {
    JsonNode value = one.path(SCALE);
    if (value.isMissingNode() || value.isNull()) {
      return 1;
    }
    if (!value.isNumber()) {
      throw refused("with scale " + Fields.shown(value), "with a number for it");
    }
    return value.doubleValue();
  }

  private static InvalidRequestException refused(Object value, String allowed) {
    Object shown = value instanceof JsonNode node ? Fields.shown(node) : value;
    return Field.LORA.refused(shown, allowed);
  }

  /// One as JSON has it.
  public static Map<String, Object> toMap(AdapterChoice choice) {
    Map<String, Object> map = new LinkedHashMap<>();
    choice.name().ifPresent(name -> map.put(NAME, name));
    choice.path().ifPresent(path -> map.put(PATH, path));
    map.put(SCALE, choice.scale());
    return map;
  }
}
