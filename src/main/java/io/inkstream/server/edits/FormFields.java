package io.inkstream.server.edits;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Kind;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A form's texts as the JSON that they stand for: what type each has, its [Field] says. Clients
/// write objects as JSON, or as fields `name[key]`, and lists as repeated fields, or `name[]`.
final class FormFields {
  private static final Pattern NESTED = Pattern.compile("(\\w+)\\[(\\w*)\\]");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private FormFields() {}

  /// A field that is empty is not said, unless it is a text.
  static ObjectNode read(MultiMap form) {
    ObjectNode json = NODES.objectNode();
    for (String name : form.names()) {
      Matcher nested = NESTED.matcher(name);
      boolean inner = nested.matches();
      Optional<Field> field = Field.named(inner ? nested.group(1) : name);
      field
          .filter(known -> known.kind() instanceof Kind.Own || !inner)
          .ifPresent(known -> {
            if (inner) {
              nest(json, known, nested.group(2), form.getAll(name));
            } else {
              value(known, form.getAll(name)).ifPresent(value -> json.set(name, value));
            }
          });
    }
    return json;
  }

  private static void nest(ObjectNode json, Field field, String key, List<String> values) {
    if (key.isEmpty()) {
      json.set(field.wireName(), list(values));
    } else if (json.get(field.wireName()) instanceof ObjectNode object) {
      object.set(key, parsed(values.getLast()));
    } else {
      json.putObject(field.wireName()).set(key, parsed(values.getLast()));
    }
  }

  private static Optional<JsonNode> value(Field field, List<String> values) {
    String text = values.getLast();
    return switch (field.kind()) {
      case Kind.Text _ -> Optional.of(NODES.textNode(text));
      case Kind.Word _ -> said(text).map(NODES::textNode);
      case Kind.Whole _, Kind.Real _, Kind.Mapping _ -> said(text).map(FormFields::parsed);
      case Kind.Flag _ -> said(text).map(FormFields::flag);
      case Kind.Own _ ->
          values.size() > 1 ? Optional.of(list(values)) : said(text).map(FormFields::parsed);
    };
  }

  private static Optional<String> said(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
  }

  /// As Python's clients write it, too.
  private static JsonNode flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> NODES.booleanNode(true);
      case "false", "0" -> NODES.booleanNode(false);
      default -> NODES.textNode(text);
    };
  }

  private static ArrayNode list(List<String> values) {
    ArrayNode list = NODES.arrayNode();
    values.forEach(value -> list.add(parsed(value)));
    return list;
  }

  /// What is no JSON is a text, which is refused where it may be none.
  private static JsonNode parsed(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return NODES.textNode(text);
    }
  }
}
