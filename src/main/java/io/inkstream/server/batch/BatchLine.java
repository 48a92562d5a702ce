package io.inkstream.server.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request of a batch: `{"custom_id", "method": "POST", "url", "body"}`.
///
/// @param number in the file, from 1
record BatchLine(long number, String customId, ObjectNode body) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final int LONGEST_ID = 512;

  /// Reads a line.
  ///
  /// @param longest bytes of one
  /// @return null if it is wrong, which `errors` hears
  static @Nullable BatchLine read(
      LineReader.Line line, String endpoint, int longest, Consumer<BatchError> errors) {
    long number = line.number();
    if (line.text().isEmpty()) {
      errors.accept(
          error(number, "line_too_large", "body", "This line has more than %d bytes", longest));
      return null;
    }
    JsonNode json = parsed(line.text().get());
    if (!(json instanceof ObjectNode object)) {
      errors.accept(
          error(
              number, "invalid_json_line", "line", "This line is not parseable as a JSON object"));
      return null;
    }
    return checked(number, object, endpoint, errors);
  }

  private static @Nullable JsonNode parsed(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory is always read
    }
  }

  private static @Nullable BatchLine checked(
      long number, ObjectNode json, String endpoint, Consumer<BatchError> errors) {
    JsonNode id = json.path("custom_id");
    if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > LONGEST_ID) {
      errors.accept(
          error(
              number,
              id.isMissingNode() ? "missing_required_parameter" : "invalid_custom_id",
              "custom_id",
              "custom_id must be a string of 1 to %d characters",
              LONGEST_ID));
    } else if (!json.path("method").asText("POST").equals("POST")) {
      errors.accept(error(number, "invalid_method", "method", "method must be POST"));
    } else if (!json.path("url").asText().equals(endpoint)) {
      errors.accept(
          error(number, "mismatched_endpoint", "url", "url must be the batch's, %s", endpoint));
    } else if (json.path("body") instanceof ObjectNode body) {
      return new BatchLine(number, id.textValue(), body);
    } else {
      errors.accept(
          error(number, "missing_required_parameter", "body", "body must be a JSON object"));
    }
    return null;
  }

  private static BatchError error(
      long line, String code, String param, String message, Object... about) {
    return BatchError.ofLine(line, code, param, message.formatted(about));
  }
}
