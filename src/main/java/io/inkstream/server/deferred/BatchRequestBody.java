package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.api.ImageRequestBody;
import io.inkstream.server.batch.BatchOrder;
import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.order.Fields;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.webhook.Webhooks;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what a client asks of a batch. Waits for the disk.
@Singleton
final class BatchRequestBody {
  static final String ENDPOINT = "/v1/images/generations";

  private static final String PURPOSE = "batch";
  private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,6})([smhd])");
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final int MOST_METADATA = 16;
  private static final int LONGEST_KEY = 64;
  private static final int LONGEST_VALUE = 512;

  private final ImageRequestBody bodies;
  private final FileStore files;
  private final Webhooks webhooks;

  BatchRequestBody(ImageRequestBody bodies, FileStore files, Webhooks webhooks) {
    this.bodies = bodies;
    this.files = files;
    this.webhooks = webhooks;
  }

  /// @param links where links begin
  /// @throws ApiException if a field is missing or has a value that is not allowed
  BatchOrder read(byte[] json, URI links) {
    ObjectNode body = bodies.object(json);
    requireEndpoint(body);
    String window = text(body, "completion_window", "24h, or another time from 1s to 30d");
    return new BatchOrder(
        ENDPOINT,
        input(body),
        window,
        window(body, window),
        metadata(body.path("metadata")),
        age(body.path("output_expires_after")),
        webhook(body.path("webhook")),
        links);
  }

  private static void requireEndpoint(ObjectNode body) {
    if (!text(body, "endpoint", ENDPOINT).equals(ENDPOINT)) {
      throw refused(body, "endpoint", ENDPOINT);
    }
  }

  private String input(ObjectNode body) {
    String id = text(body, "input_file_id", "the id of a file");
    ClientFile file =
        files
            .find(id)
            .orElseThrow(() -> refused(body, "input_file_id", "the id of a file that is kept"));
    if (!file.purpose().equals(PURPOSE)) {
      throw refused(body, "input_file_id", "the id of a file of purpose batch");
    }
    return id;
  }

  private static Duration window(ObjectNode body, String text) {
    Matcher matcher = WINDOW.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (time.compareTo(LONGEST) <= 0) {
        return time;
      }
    }
    throw refused(body, "completion_window", "24h, or another time from 1s to 30d");
  }

  private static Map<String, String> metadata(JsonNode json) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (json instanceof ObjectNode pairs && pairs.size() <= MOST_METADATA) {
      pairs.properties().forEach(pair -> metadata.put(key(pair.getKey()), value(pair.getValue())));
    } else if (!json.isMissingNode() && !json.isNull()) {
      throw ApiException.badRequest("metadata", "metadata must be an object of up to 16 strings");
    }
    return metadata;
  }

  private static String key(String key) {
    if (key.length() > LONGEST_KEY) {
      throw ApiException.badRequest("metadata", "a key of metadata may have 64 characters");
    }
    return key;
  }

  private static String value(JsonNode value) {
    if (!value.isTextual() || value.textValue().length() > LONGEST_VALUE) {
      throw ApiException.badRequest(
          "metadata", "a value of metadata must be a string of up to 512 characters");
    }
    return value.textValue();
  }

  private static Optional<Duration> age(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return Optional.empty();
    }
    JsonNode seconds = json.path("seconds");
    if (!json.path("anchor").asText().equals("created_at")
        || !seconds.canConvertToInt()
        || seconds.intValue() < FileForm.SHORTEST_SECONDS
        || seconds.intValue() > FileForm.LONGEST_SECONDS) {
      throw ApiException.badRequest(
          "output_expires_after",
          "output_expires_after is %s, must be {anchor: created_at, seconds: %d to %d}"
              .formatted(Fields.shown(json), FileForm.SHORTEST_SECONDS, FileForm.LONGEST_SECONDS));
    }
    return Optional.of(Duration.ofSeconds(seconds.intValue()));
  }

  private Optional<URI> webhook(JsonNode json) {
    return WebhookField.read(json, webhooks).map(Destination::url);
  }

  private static String text(ObjectNode body, String field, String allowed) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw ApiException.badRequest(field, "%s is missing, must be %s".formatted(field, allowed));
    }
    if (!value.isTextual()) {
      throw refused(body, field, allowed);
    }
    return value.textValue();
  }

  private static ApiException refused(ObjectNode body, String field, String allowed) {
    return ApiException.badRequest(
        field, "%s is %s, must be %s".formatted(field, Fields.shown(body.path(field)), allowed));
  }
}
