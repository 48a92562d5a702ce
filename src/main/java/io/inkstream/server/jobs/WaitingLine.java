package io.inkstream.server.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Jobs in the order in which they will run, as it looks now. For one thread at a time.
///
/// @param <J> a job; equal to itself only
final class WaitingLine<J> {
  private final QueuePolicy policy;
  private final Map<J, Instant> since = new LinkedHashMap<>();

  WaitingLine(QueuePolicy policy) {
    this.policy = policy;
  }

  void add(J job, Instant now) {
    since.put(job, now);
  }

  /// @return whether it waited
  boolean remove(J job) {
    return since.remove(job) != null;
  }

  /// In order of arrival.
  Stream<J> stream() {
    return since.keySet().stream();
  }

  int size() {
    return since.size();
  }

  boolean isEmpty() {
    return since.isEmpty();
  }

  /// All jobs, the next to run first.
  ///
  /// @param expected what a job will take
  List<J> inOrder(Instant now, Function<J, Duration> expected) {
    return ranked(now, expected).map(Ranked::job).toList();
  }

  /// Takes the next job out.
  Optional<J> next(Instant now, Function<J, Duration> expected) {
    var next = ranked(now, expected).map(Ranked::job).findFirst();
    next.ifPresent(since::remove);
    return next;
  }

  private record Ranked<J>(J job, double claim) {}

  // Sorting is stable: equal claims stay in order of arrival.
  private Stream<Ranked<J>> ranked(Instant now, Function<J, Duration> expected) {
    return since.entrySet().stream()
        .map(entry -> rank(entry.getKey(), entry.getValue(), now, expected))
        .sorted(Comparator.comparingDouble((Ranked<J> ranked) -> ranked.claim()).reversed());
  }

  private Ranked<J> rank(J job, Instant since, Instant now, Function<J, Duration> expected) {
    return new Ranked<>(job, policy.claim(Duration.between(since, now), expected.apply(job)));
  }
}
