package io.inkstream.server.order;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as it stands in pictures: on one line, with spaces, whole numbers without a fraction.
final class PlainJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PlainJson() {}

  /// A value of maps, collections, texts, numbers, booleans and nulls.
  ///
  /// @throws IllegalArgumentException if a value has no form in JSON
  static JsonNode of(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case JsonNode node -> node;
      case Boolean bool -> NODES.booleanNode(bool);
      case CharSequence text -> NODES.textNode(text.toString());
      case Number number -> number(number);
      case Collection<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(element -> array.add(of(element)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, element) -> object.set(String.valueOf(key), of(element)));
        yield object;
      }
      default ->
          throw new IllegalArgumentException(
              "setting of type " + value.getClass().getName() + ": JSON has no such value");
    };
  }

  private static JsonNode number(Number number) {
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("setting " + number + ": JSON has no such number");
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    if (!whole) {
      return MAPPER.valueToTree(number);
    }
    // As a parser makes them: whoever reads the tree need not know whether it was a text between.
    return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode((long) value);
  }

  /// The text.
  static String write(JsonNode json) {
    try {
      return MAPPER.writer(new Spaced()).writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree has no form in JSON", e);
    }
  }

  private static final class Spaced extends MinimalPrettyPrinter {
    private static final long serialVersionUID = 1;

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator out) throws IOException {
      out.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator out) throws IOException {
      out.writeRaw(", ");
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator out) throws IOException {
      out.writeRaw(", ");
    }
  }
}
