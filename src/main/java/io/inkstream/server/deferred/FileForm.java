package io.inkstream.server.deferred;

import io.inkstream.server.http.ApiException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a form says of its file.
///
/// @param age how long it is to be kept; empty: the usual time
record FileForm(String name, String purpose, Optional<Duration> age) {
  static final int SHORTEST_SECONDS = 3600;
  static final int LONGEST_SECONDS = 2_592_000;

  // Requests in lines, and pictures to edit.
  private static final List<String> PURPOSES = List.of("batch", "vision");
  private static final String ANCHOR = "expires_after[anchor]";
  private static final String SECONDS = "expires_after[seconds]";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int LONGEST_NAME = 512;

  /// @throws ApiException if a field is missing or has a value that is not allowed
  static FileForm read(String name, MultiMap fields) {
    if (name.length() > LONGEST_NAME) {
      throw ApiException.badRequest(
          "file", "the file's name has %d characters, may have 512".formatted(name.length()));
    }
    @Nullable String purpose = fields.get("purpose");
    if (purpose == null || !PURPOSES.contains(purpose)) {
      throw refused("purpose", purpose, String.join(" or ", PURPOSES));
    }
    return new FileForm(name, purpose, age(fields));
  }

  private static Optional<Duration> age(MultiMap fields) {
    @Nullable String seconds = fields.get(SECONDS);
    if (fields.contains(ANCHOR) && !"created_at".equals(fields.get(ANCHOR))) {
      throw refused(ANCHOR, fields.get(ANCHOR), "created_at");
    }
    return seconds == null ? Optional.empty() : Optional.of(age(seconds));
  }

  private static Duration age(String text) {
    long seconds = NUMBER.matcher(text).matches() ? Long.parseLong(text) : -1;
    if (seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
      throw refused(SECONDS, text, SHORTEST_SECONDS + " to " + LONGEST_SECONDS);
    }
    return Duration.ofSeconds(seconds);
  }

  private static ApiException refused(String field, @Nullable String value, String allowed) {
    return ApiException.badRequest(
        field,
        value == null
            ? "%s is missing, must be %s".formatted(field, allowed)
            : "%s is '%s', must be %s".formatted(field, value, allowed));
  }
}
