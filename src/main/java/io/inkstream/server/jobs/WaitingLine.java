package io.inkstream.server.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Jobs in the order in which they will run, as it looks now. For one thread at a time.
///
/// @param <J> a job; equal to itself only
final class WaitingLine<J> {
  private static final Duration POSITIONS_HOLD = Duration.ofSeconds(1);

  private final QueuePolicy policy;
  private final Map<J, Instant> since = new LinkedHashMap<>();
  private final Map<J, Integer> positions = new HashMap<>();
  // Null when the line has changed since.
  private @Nullable Instant positionsAt;

  WaitingLine(QueuePolicy policy) {
    this.policy = policy;
  }

  void add(J job, Instant now) {
    since.put(job, now);
    positionsAt = null;
  }

  /// @return whether it waited
  boolean remove(J job) {
    positionsAt = null;
    return since.remove(job) != null;
  }

  /// In order of arrival.
  Stream<J> stream() {
    return since.keySet().stream();
  }

  int size() {
    return since.size();
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
    next.ifPresent(this::remove);
    return next;
  }

  /// Where a job stands: 1 is the next to run, 0 is none that waits. Worked out once for all who
  /// ask, until the line changes; and again after a second, since claims grow.
  int position(J job, Instant now, Function<J, Duration> expected) {
    if (positionsAt == null || !holds(positionsAt, now)) {
      positions.clear();
      inOrder(now, expected).forEach(next -> positions.put(next, positions.size() + 1));
      positionsAt = now;
    }
    return positions.getOrDefault(job, 0);
  }

  // A clock that was set back says nothing.
  private static boolean holds(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    return !age.isNegative() && age.compareTo(POSITIONS_HOLD) < 0;
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
