package io.inkstream.server.jobstore;

import java.time.Instant;
import java.util.Optional;

/// A kept job as it was when somebody looked. All times are of the store's calendar.
///
/// @param id see [NewJob], as are `fingerprint`, `payload`, `work` and `deadline`
/// @param lane in which it waits, see [Lane]
/// @param progress 0 to 100; 100 only when it is completed
/// @param tries how often its drawing has begun
/// @param cancelling whether somebody wants it cancelled while it is drawn
/// @param lastEvent a number that none of its events so far exceeds, once it has ended its last
/// @param expires when it is forgotten; empty until it has ended
/// @param result JSON, of a completed job
/// @param error JSON: what OpenAI's error object holds, of a failed or interrupted job
public record StoredJob(
    String id,
    JobStatus status,
    String fingerprint,
    String payload,
    double work,
    int lane,
    int progress,
    int tries,
    boolean cancelling,
    long lastEvent,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<Instant> expires,
    Optional<Instant> deadline,
    Optional<String> result,
    Optional<String> error) {
  StoredJob withProgress(int percent) {
    return new StoredJob(
        id,
        status,
        fingerprint,
        payload,
        work,
        lane,
        percent,
        tries,
        cancelling,
        lastEvent,
        created,
        started,
        ended,
        expires,
        deadline,
        result,
        error);
  }
}
