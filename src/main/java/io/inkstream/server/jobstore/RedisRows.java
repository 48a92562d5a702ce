package io.inkstream.server.jobstore;

import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Jobs and events, as Redis has them.
final class RedisRows {
  // A stream's entries are known by the millisecond and a place in it.
  private static final long NUMBERS_IN_A_MILLISECOND = 1000;

  private RedisRows() {}

  /// @param hash of HGETALL, empty if there is no job
  static Optional<StoredJob> job(@Nullable Response hash) {
    if (hash == null || hash.size() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new StoredJob(
            text(hash, "id"),
            JobStatus.of(text(hash, "status")),
            text(hash, "fingerprint"),
            text(hash, "payload"),
            Double.parseDouble(text(hash, "work")),
            Integer.parseInt(text(hash, "lane")),
            Integer.parseInt(text(hash, "progress")),
            Integer.parseInt(text(hash, "tries")),
            hash.containsKey("cancelling"),
            number(text(hash, "last_event")),
            time(hash, "created").orElseThrow(),
            time(hash, "started"),
            time(hash, "ended"),
            time(hash, "expires"),
            time(hash, "deadline"),
            find(hash, "result"),
            find(hash, "error")));
  }

  /// A number that is there.
  static long whole(Response number) {
    return Long.parseLong(number.toString());
  }

  private static String text(Response hash, String name) {
    return find(hash, name)
        .orElseThrow(() -> new IllegalStateException("a job in Redis has no '" + name + "'"));
  }

  private static Optional<String> find(Response hash, String name) {
    return hash.containsKey(name)
        ? Optional.of(hash.get(name).toString()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private static Optional<Instant> time(Response hash, String name) {
    return find(hash, name).map(Long::parseLong).map(Instant::ofEpochMilli);
  }

  /// The number of an event whose entry has this id, such as `1764360000000-0`.
  static long number(String entry) {
    int dash = entry.indexOf('-');
    return millis(entry) * NUMBERS_IN_A_MILLISECOND
        + Long.parseLong(entry, dash + 1, entry.length(), 10);
  }

  private static long millis(String entry) {
    return Long.parseLong(entry, 0, entry.indexOf('-'), 10);
  }

  /// @param entry of a job's stream: its id, and its fields
  static StoredEvent event(String id, Response entry) {
    Response fields = entry.get(1);
    EventBody body =
        fields.containsKey("status")
            ? JobEvents.of(
                id,
                JobStatus.of(text(fields, "status")),
                Instant.ofEpochMilli(millis(entry.get(0).toString())),
                Integer.parseInt(text(fields, "progress")),
                find(fields, "result"),
                find(fields, "error"))
            : new EventBody(text(fields, "type"), fields.get("data").toBytes());
    return new StoredEvent(number(entry.get(0).toString()), body);
  }
}
