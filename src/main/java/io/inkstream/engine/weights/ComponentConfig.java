package io.inkstream.engine.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A configuration file, read key by key. JSON's `null` counts as absent.
///
/// Every getter throws a [SnapshotException] `FILE: KEY is VALUE, must be …` for a value of the
/// wrong kind, and the forms without a default also for an absent one.
public final class ComponentConfig {
  private final Path file;
  private final String prefix;
  private final ObjectNode values;

  private ComponentConfig(Path file, String prefix, ObjectNode values) {
    this.file = file;
    this.prefix = prefix;
    this.values = values;
  }

  /// Reads a JSON file.
  ///
  /// @throws SnapshotException if it cannot be read or is not one JSON object
  public static ComponentConfig read(Path file) {
    return new ComponentConfig(file, "", SnapshotJson.read(file));
  }

  /// Reads a JSON text that a file holds among other things.
  ///
  /// @param name of the text, before the keys in messages
  /// @throws SnapshotException if it is not one JSON object
  public static ComponentConfig parse(Path file, String name, String text) {
    return new ComponentConfig(file, name + ".", SnapshotJson.parse(file, text));
  }

  /// The file that was read.
  public Path file() {
    return file;
  }

  /// `_class_name` as diffusers writes it, or the first of transformers' `architectures`.
  public String className() {
    if (has("_class_name") || !has("architectures")) {
      return text("_class_name");
    }
    List<String> names =
        list("architectures", "an array of names", node -> node.isTextual() ? node.asText() : null);
    if (names.isEmpty()) {
      throw wrong("architectures", "an array of names");
    }
    return names.getFirst();
  }

  /// Whether the key is there and not null.
  public boolean has(String key) {
    return value(key) != null;
  }

  /// The names of all values.
  public List<String> keys() {
    return List.copyOf(values.propertyStream().map(Map.Entry::getKey).toList());
  }

  /// The names of those values that are arrays of names, as `model_index.json` has for each
  /// component.
  public List<String> componentKeys() {
    return values
        .propertyStream()
        .filter(
            entry -> entry.getValue() instanceof ArrayNode && entry.getValue().path(1).isTextual())
        .map(Map.Entry::getKey)
        .toList();
  }

  public int positiveInt(String key) {
    JsonNode value = required(key, "a positive integer");
    if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0) {
      return value.intValue();
    }
    throw wrong(key, "a positive integer");
  }

  public int positiveInt(String key, int otherwise) {
    return has(key) ? positiveInt(key) : otherwise;
  }

  /// A finite number.
  public double number(String key) {
    JsonNode value = required(key, "a finite number");
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    throw wrong(key, "a finite number");
  }

  public double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  public boolean flag(String key, boolean otherwise) {
    JsonNode value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    throw wrong(key, "true or false");
  }

  public String text(String key) {
    JsonNode value = required(key, "a string");
    if (value.isTextual()) {
      return value.textValue();
    }
    throw wrong(key, "a string");
  }

  public String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  public List<Integer> ints(String key) {
    return list(
        key,
        "an array of 32-bit integers",
        node -> node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null);
  }

  /// Finite numbers.
  public List<Double> numbers(String key) {
    return list(
        key,
        "an array of finite numbers",
        node -> node.isNumber() && Double.isFinite(node.doubleValue()) ? node.doubleValue() : null);
  }

  public List<Boolean> flags(String key) {
    return list(
        key,
        "an array of true and false",
        node -> node.isBoolean() ? (Boolean) node.booleanValue() : null);
  }

  /// The object under the key; its keys are named `KEY.NAME` in messages.
  public ComponentConfig object(String key) {
    if (required(key, "an object") instanceof ObjectNode object) {
      return new ComponentConfig(file, prefix + key + ".", object);
    }
    throw wrong(key, "an object");
  }

  /// The same with another value.
  public ComponentConfig with(String key, boolean value) {
    return new ComponentConfig(file, prefix, values.deepCopy().put(key, value));
  }

  /// This object's values, and those of another where this one has none.
  ComponentConfig orElse(ComponentConfig other) {
    ObjectNode merged = other.values.deepCopy();
    values
        .propertyStream()
        .filter(p -> has(p.getKey()))
        .forEach(p -> merged.set(p.getKey(), p.getValue()));
    return new ComponentConfig(file, prefix, merged);
  }

  /// The exception `FILE: KEY is VALUE, must be ALLOWED`.
  public SnapshotException wrong(String key, String allowed) {
    JsonNode value = value(key);
    String found = value == null ? "missing" : SnapshotException.shown(value.toString());
    return new SnapshotException(file, prefix + key + " is " + found + ", must be " + allowed);
  }

  /// @throws SnapshotException if the value, or its consistency with others, is not as allowed
  public void require(boolean holds, String key, String allowed) {
    if (!holds) {
      throw wrong(key, allowed);
    }
  }

  private <T> List<T> list(String key, String allowed, Function<JsonNode, @Nullable T> element) {
    if (!(required(key, allowed) instanceof ArrayNode array)) {
      throw wrong(key, allowed);
    }
    List<T> elements = new ArrayList<>();
    for (JsonNode node : array) {
      T value = element.apply(node);
      if (value == null) {
        throw wrong(key, allowed);
      }
      elements.add(value);
    }
    return List.copyOf(elements);
  }

  private JsonNode required(String key, String allowed) {
    JsonNode value = value(key);
    if (value == null) {
      throw wrong(key, allowed);
    }
    return value;
  }

  private @Nullable JsonNode value(String key) {
    JsonNode value = values.get(key);
    return value == null || value.isNull() ? null : value;
  }
}
