package io.inkstream.server.claims;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.order.Order;
import java.net.URI;

/// What a kept job's payload says: what to draw, and how to answer.
///
/// @param quality as answers name it: `low`, `medium` or `high`
/// @param files whether an answer holds the pictures, rather than links to them
/// @param links where links begin: the server as whoever asked for the job names it
public record JobRequest(Order order, String quality, boolean files, URI links) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// One line of JSON.
  public String toPayload() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("quality", quality)
        .put("files", files)
        .put("links", links.toString())
        .<ObjectNode>set("order", order.toJson())
        .toString();
  }

  /// What [#toPayload] wrote.
  ///
  /// @throws io.inkstream.engine.pipeline.InvalidRequestException if it is damaged
  public static JobRequest of(String payload) {
    JsonNode json = read(payload);
    return new JobRequest(
        Order.fromJson(json.path("order")),
        json.path("quality").asText(),
        json.path("files").asBoolean(),
        URI.create(json.path("links").asText()));
  }

  /// Whether the answer to what [#toPayload] wrote holds the pictures.
  public static boolean holdsFiles(String payload) {
    return read(payload).path("files").asBoolean();
  }

  private static JsonNode read(String payload) {
    try {
      return MAPPER.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's payload is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
