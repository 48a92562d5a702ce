package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.Optional;

/// What was said of the fields of a request, by type: a request's body, the words of a command
/// line, or an order that was kept. All three are a JSON object, so there is one reader. Null is
/// nothing said.
public final class Fields {
  private static final int LONGEST_VALUE = 80;

  private final ObjectNode json;

  private Fields(ObjectNode json) {
    this.json = json;
  }

  /// Checks the types of all fields, and the values of those without effect.
  ///
  /// @param json names that are no field's are ignored
  /// @throws InvalidRequestException naming the field with another type or value
  public static Fields of(ObjectNode json) {
    var fields = new Fields(json);
    for (Field field : Field.values()) {
      fields.node(field).ifPresent(value -> check(field, value));
    }
    return fields;
  }

  /// The same, of what this program wrote itself: every name must be a field's.
  ///
  /// @throws InvalidRequestException naming what is no field
  static Fields strictly(ObjectNode json) {
    json.fieldNames()
        .forEachRemaining(name -> {
          if (Field.named(name).isEmpty()) {
            throw new InvalidRequestException(name, name + " is no field of an order");
          }
        });
    return of(json);
  }

  private static void check(Field field, JsonNode value) {
    if (!field.kind().fits(value)) {
      boolean large = field.kind() instanceof Kind.Whole && value.isIntegralNumber();
      throw field.refused(
          shown(value), large ? "of another type, or smaller" : field.kind().type());
    }
    if (field.inert()) {
      field.check(value);
    }
  }

  /// Whether a field was given.
  public boolean has(Field field) {
    return node(field).isPresent();
  }

  /// A field's value as it stands there.
  public Optional<JsonNode> node(Field field) {
    return Optional.ofNullable(json.get(field.wireName())).filter(value -> !value.isNull());
  }

  /// @throws InvalidRequestException if the value is not allowed; so do the others
  public Optional<String> text(Field field) {
    return checked(field).map(JsonNode::textValue);
  }

  /// A number of a field that is a whole number.
  public Optional<Integer> whole(Field field) {
    return checked(field).map(JsonNode::intValue);
  }

  /// A number.
  public Optional<Double> real(Field field) {
    return checked(field).map(JsonNode::doubleValue);
  }

  /// True or false.
  public Optional<Boolean> flag(Field field) {
    return checked(field).map(JsonNode::booleanValue);
  }

  /// A value that is allowed.
  Optional<JsonNode> checked(Field field) {
    var value = node(field);
    value.ifPresent(field::check);
    return value;
  }

  /// A value in a refusal, cut where it is long.
  public static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
  }
}
