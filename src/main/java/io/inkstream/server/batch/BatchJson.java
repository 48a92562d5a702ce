package io.inkstream.server.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A batch as it is written down.
final class BatchJson {
  private BatchJson() {}

  static ObjectNode of(Batch batch) {
    ObjectNode json = order(batch.order());
    json.put("id", batch.id()).put("status", batch.status().toString());
    json.put("expires", batch.expires().toString());
    ObjectNode since = json.putObject("since");
    batch.since().forEach((status, at) -> since.put(status.toString(), at.toString()));
    json.putObject("counts")
        .put("total", batch.counts().total())
        .put("completed", batch.counts().completed())
        .put("failed", batch.counts().failed());
    var errors = json.putArray("errors");
    batch.errors().forEach(error -> errors.add(error.toJson()));
    batch.outputFileId().ifPresent(id -> json.put("output_file_id", id));
    batch.errorFileId().ifPresent(id -> json.put("error_file_id", id));
    batch.becomes().ifPresent(end -> json.put("becomes", end.toString()));
    return json;
  }

  private static ObjectNode order(BatchOrder order) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("endpoint", order.endpoint())
            .put("input_file_id", order.inputFileId())
            .put("window", order.window())
            .put("time", order.time().toString())
            .put("links", order.links().toString());
    ObjectNode metadata = json.putObject("metadata");
    order.metadata().forEach(metadata::put);
    order.outputAge().ifPresent(age -> json.put("output_age", age.toString()));
    order.webhook().ifPresent(url -> json.put("webhook", url.toString()));
    return json;
  }

  /// @throws IllegalArgumentException if that is none
  static Batch read(JsonNode json) {
    try {
      JsonNode counts = json.required("counts");
      return new Batch(
          text(json, "id"),
          readOrder(json),
          BatchStatus.of(text(json, "status")),
          since(json.required("since")),
          Instant.parse(text(json, "expires")),
          new BatchCounts(
              counts.required("total").longValue(),
              counts.required("completed").longValue(),
              counts.required("failed").longValue()),
          errors(json.required("errors")),
          find(json, "output_file_id"),
          find(json, "error_file_id"),
          find(json, "becomes").map(BatchStatus::of));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static BatchOrder readOrder(JsonNode json) {
    Map<String, String> metadata = new LinkedHashMap<>();
    json.required("metadata")
        .properties()
        .forEach(pair -> metadata.put(pair.getKey(), pair.getValue().textValue()));
    return new BatchOrder(
        text(json, "endpoint"),
        text(json, "input_file_id"),
        text(json, "window"),
        Duration.parse(text(json, "time")),
        metadata,
        find(json, "output_age").map(Duration::parse),
        find(json, "webhook").map(URI::create),
        URI.create(text(json, "links")));
  }

  private static Map<BatchStatus, Instant> since(JsonNode json) {
    Map<BatchStatus, Instant> since = new EnumMap<>(BatchStatus.class);
    json.properties()
        .forEach(pair ->
            since.put(BatchStatus.of(pair.getKey()), Instant.parse(pair.getValue().textValue())));
    return since;
  }

  private static List<BatchError> errors(JsonNode json) {
    List<BatchError> errors = new ArrayList<>();
    json.forEach(error -> errors.add(BatchError.fromJson(error)));
    return errors;
  }

  private static String text(JsonNode json, String name) {
    return json.required(name).textValue();
  }

  private static Optional<String> find(JsonNode json, String name) {
    return Optional.ofNullable(json.path(name).textValue());
  }
}
