package io.inkstream.engine.hub;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// The header `Retry-After`: seconds, or a date.
final class RetryAfter {
  private RetryAfter() {}

  static Optional<Duration> parse(String text) {
    try {
      return Optional.of(
          text.strip().matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text.strip()))
              : until(text.strip()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Duration until(String date) {
    var then = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    var wait = Duration.between(Instant.now(), then);
    return wait.isNegative() ? Duration.ZERO : wait;
  }
}
