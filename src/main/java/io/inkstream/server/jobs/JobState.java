package io.inkstream.server.jobs;

import java.time.Duration;
import java.time.Instant;

/// Where a job is in its life: `Queued → Running → Completed | Failed | Cancelled`, or `Queued →
/// Cancelled`. Each record has the ways on from it as methods.
public sealed interface JobState {
  /// Waits for its turn.
  record Queued(Instant since) implements JobState {
    Running start(Instant now) {
      return new Running(since, now);
    }

    Cancelled cancel(Instant now) {
      return new Cancelled(now);
    }
  }

  /// Is being drawn.
  record Running(Instant queued, Instant since) implements JobState {
    Completed complete(Instant now) {
      return new Completed(now, Duration.between(since, now));
    }

    Failed fail(Instant now, Throwable cause) {
      return new Failed(now, cause);
    }

    Cancelled cancel(Instant now) {
      return new Cancelled(now);
    }
  }

  /// Drawn.
  record Completed(Instant at, Duration elapsed) implements JobState {}

  /// Broken off by a failure.
  record Failed(Instant at, Throwable cause) implements JobState {}

  /// Broken off because nobody wanted it any more.
  record Cancelled(Instant at) implements JobState {}
}
