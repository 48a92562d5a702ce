package io.inkstream.server.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/// Work as llm-d-async puts it into Redis: `{id, created, deadline, payload, metadata, endpoint}`,
/// by itself or as the `data` of an envelope that may name a list for the result.
///
/// @param deadline after which nobody wants it
/// @param payload the body of a request
/// @param endpoint the request's route; empty: the usual one
/// @param results the list for its result; empty: the usual one
/// @see <a href="https://github.com/llm-d/llm-d-async">`RequestMessage` of its `api/api.go`</a>
record RouterMessage(
    String id,
    Optional<Instant> deadline,
    ObjectNode payload,
    Optional<String> endpoint,
    Optional<String> results) {
  private static final JsonMapper JSON = new JsonMapper();

  /// @throws IllegalArgumentException if it is none
  static RouterMessage read(String text) {
    JsonNode whole = json(text);
    JsonNode data = whole.has("data") ? whole.path("data") : whole;
    if (!data.path("id").isTextual() || !(data.path("payload") instanceof ObjectNode payload)) {
      throw new IllegalArgumentException("the message has no id, or no payload");
    }
    return new RouterMessage(
        data.path("id").textValue(),
        deadline(data.path("deadline")),
        payload,
        text(data, "endpoint"),
        text(whole.path("internal"), "result_queue_name")
            .or(() -> text(data, "result_queue_name")));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the message is no JSON", e);
    }
  }

  /// Seconds since 1970: a number, or one in quotes, as llm-d's guide had it at first.
  private static Optional<Instant> deadline(JsonNode seconds) {
    long value = seconds.asLong();
    return value > 0 ? Optional.of(Instant.ofEpochSecond(value)) : Optional.empty();
  }

  private static Optional<String> text(JsonNode of, String name) {
    return Optional.ofNullable(of.path(name).textValue()).filter(text -> !text.isEmpty());
  }

  /// What is to be known to tell its result.
  ///
  /// @param id of the message
  /// @param list for the result
  record Note(String id, String list) {
    String text() {
      return JsonNodeFactory.instance.objectNode().put("id", id).put("list", list).toString();
    }

    static Note read(String text) {
      JsonNode json = json(text);
      return new Note(json.path("id").asText(), json.path("list").asText());
    }
  }
}
