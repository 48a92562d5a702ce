package io.inkstream.server.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

/// What has happened, as OpenAI's events say it: `{id, object: "event", created_at, type, data}`.
///
/// @param id the same at every attempt, so that a receiver knows what it has already
/// @param type such as `batch.completed`
/// @param data about what it happened; at least its `id`
public record WebhookEvent(String id, String type, Instant at, ObjectNode data) {
  private static final int ID_BYTES = 16;

  /// Happens now.
  public static WebhookEvent of(String type, ObjectNode data) {
    byte[] id = new byte[ID_BYTES];
    // None is kept in a static field: a native image would carry its seed.
    new SecureRandom().nextBytes(id);
    return new WebhookEvent("evt_" + HexFormat.of().formatHex(id), type, Instant.now(), data);
  }

  /// Happens now, and has an id that says which event it is: the same is the same event.
  public static WebhookEvent named(String id, String type, ObjectNode data) {
    return new WebhookEvent(id, type, Instant.now(), data);
  }

  byte[] body() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id).put("object", "event").put("created_at", at.getEpochSecond());
    json.put("type", type).set("data", data);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
