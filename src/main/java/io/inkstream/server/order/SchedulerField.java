package io.inkstream.server.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.scheduler.SchedulerFields;
import java.util.Map;

/// The field `scheduler`: an object, or a text with its JSON.
final class SchedulerField {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private SchedulerField() {}

  /// @throws InvalidRequestException if it is something else
  static SchedulerFields of(JsonNode field) {
    JsonNode json = field.isTextual() ? parsed(field.textValue()) : field;
    if (!json.isObject()) {
      throw Field.SCHEDULER.refused(
          Fields.shown(field),
          "an object such as {\"base_shift\": 1.0986, \"max_shift\": 1.0986, \"shift_terminal\":"
              + " null}");
    }
    try {
      return SchedulerFields.of(MAPPER.convertValue(json, Map.class));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("scheduler", "scheduler " + e.getMessage());
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(text); // refused as it stands there
    }
  }
}
