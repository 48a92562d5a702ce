package io.inkstream.server.jobstore;

import java.time.Instant;
import java.util.Optional;

/// A job that a store is asked to take.
///
/// @param id its name: one that cannot be guessed, or one that its client chose
/// @param key under which its client may ask again, such as an `Idempotency-Key` with whose it is
/// @param fingerprint of what was asked: the same text for the same request
/// @param payload what to draw and how to answer: text that the store only keeps
/// @param work how much there is to draw, in units of `jobs.Work`
/// @param deadline after which nobody wants it drawn any more
/// @param behind whether it is drawn when nobody else waits: it stands in no list, and takes
///   nobody's place
public record NewJob(
    String id,
    Optional<String> key,
    String fingerprint,
    String payload,
    double work,
    Optional<Instant> deadline,
    boolean behind) {
  /// One that waits in turn.
  public NewJob(
      String id,
      Optional<String> key,
      String fingerprint,
      String payload,
      double work,
      Optional<Instant> deadline) {
    this(id, key, fingerprint, payload, work, deadline, false);
  }

  int lane() {
    return Lane.of(work, behind);
  }
}
