package io.inkstream.server.claims;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.jobs.View;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.order.Order;
import java.net.URI;
import java.util.Optional;

/// What a kept job's payload says: what to draw, and how to answer.
///
/// @param quality as answers name it: `low`, `medium` or `high`
/// @param files whether an answer holds the pictures, rather than links to them
/// @param links where links begin: the server as whoever asked for the job names it
/// @param preview how the events of steps show its pictures; empty: not at all
public record JobRequest(
    Order order, String quality, boolean files, URI links, Optional<View> preview) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// One whose events show no pictures.
  public JobRequest(Order order, String quality, boolean files, URI links) {
    this(order, quality, files, links, Optional.empty());
  }

  /// One line of JSON.
  public String toPayload() {
    ObjectNode payload =
        JsonNodeFactory.instance
            .objectNode()
            .put("quality", quality)
            .put("files", files)
            .put("links", links.toString());
    preview.ifPresent(view -> payload.put("preview", view.name()));
    return payload.<ObjectNode>set("order", order.toJson()).toString();
  }

  /// What [#toPayload] wrote.
  ///
  /// @param inputs where the pictures are that its order begins with
  /// @throws io.inkstream.engine.request.InvalidRequestException if it is damaged
  public static JobRequest of(String payload, InputLibrary inputs) {
    JsonNode json = read(payload);
    return new JobRequest(
        Order.fromJson(json.path("order"), inputs),
        json.path("quality").asText(),
        json.path("files").asBoolean(),
        URI.create(json.path("links").asText()),
        Optional.ofNullable(json.path("preview").textValue()).map(View::valueOf));
  }

  /// Whether the answer to what [#toPayload] wrote holds the pictures.
  public static boolean holdsFiles(String payload) {
    return read(payload).path("files").asBoolean();
  }

  /// Where links begin of what [#toPayload] wrote.
  public static URI linksOf(String payload) {
    return URI.create(read(payload).path("links").asText());
  }

  private static JsonNode read(String payload) {
    try {
      return MAPPER.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's payload is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
