package io.inkstream.server.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.outbound.Destination;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/// An event on its way to one destination.
///
/// @param key of this delivery; an event may have several
/// @param eventId in `webhook-id`
/// @param body as it is signed and sent
/// @param attempts made so far
record Delivery(
    String key, Destination to, String eventId, Instant since, String body, int attempts) {
  static Delivery of(WebhookEvent event, Destination to, int number) {
    return new Delivery(
        "whd_" + event.id().substring(event.id().indexOf('_') + 1) + "_" + number,
        to,
        event.id(),
        event.at(),
        new String(event.body(), StandardCharsets.UTF_8),
        0);
  }

  Delivery tried() {
    return new Delivery(key, to, eventId, since, body, attempts + 1);
  }

  /// Whether there may be another attempt.
  boolean goesOn(WebhookSettings settings, Instant now) {
    return attempts <= settings.retries()
        && Duration.between(since, now).compareTo(settings.age()) < 0;
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("key", key)
        .put("url", to.url().toString())
        .put("event_id", eventId)
        .put("since", since.toString())
        .put("body", body)
        .put("attempts", attempts);
  }

  /// @throws IllegalArgumentException if that is none
  static Delivery fromJson(JsonNode json) {
    return new Delivery(
        json.required("key").textValue(),
        Destination.parse(json.required("url").textValue()),
        json.required("event_id").textValue(),
        Instant.parse(json.required("since").textValue()),
        json.required("body").textValue(),
        json.required("attempts").intValue());
  }
}
