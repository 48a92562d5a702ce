package io.inkstream.server.jobs;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Jobs in the order in which they will run, as it looks now. For one thread at a time. Now is a
/// time of [System#nanoTime], which nobody sets.
///
/// @param <J> a job; equal to itself only
final class WaitingLine<J> {
  private static final Duration POSITIONS_HOLD = Duration.ofSeconds(1);

  private final QueuePolicy policy;
  private final Predicate<J> behind;
  private final Map<J, Long> since = new LinkedHashMap<>();
  private final Map<J, Integer> positions = new HashMap<>();
  // Empty when the line has changed since.
  private OptionalLong positionsAt = OptionalLong.empty();

  /// @param behind who waits until all others have gone
  WaitingLine(QueuePolicy policy, Predicate<J> behind) {
    this.policy = policy;
    this.behind = behind;
  }

  void add(J job, long now) {
    since.put(job, now);
    positionsAt = OptionalLong.empty();
  }

  /// @return whether it waited
  boolean remove(J job) {
    positionsAt = OptionalLong.empty();
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
  List<J> inOrder(long now, Function<J, Duration> expected) {
    return ranked(now, expected).map(Ranked::job).toList();
  }

  /// Takes the next job out, if it may go; nobody passes one that may not.
  Optional<J> next(long now, Function<J, Duration> expected, Predicate<J> may) {
    var next = ranked(now, expected).map(Ranked::job).findFirst().filter(may);
    next.ifPresent(this::remove);
    return next;
  }

  /// Where a job stands: 1 is the next to run, 0 is none that waits. Worked out once for all who
  /// ask, until the line changes; and again after a second, since claims grow.
  int position(J job, long now, Function<J, Duration> expected) {
    if (positionsAt.isEmpty() || now - positionsAt.getAsLong() >= POSITIONS_HOLD.toNanos()) {
      positions.clear();
      inOrder(now, expected).forEach(next -> positions.put(next, positions.size() + 1));
      positionsAt = OptionalLong.of(now);
    }
    return positions.getOrDefault(job, 0);
  }

  private record Ranked<J>(J job, double claim) {}

  // Sorting is stable: equal claims stay in order of arrival.
  private Stream<Ranked<J>> ranked(long now, Function<J, Duration> expected) {
    return since.entrySet().stream()
        .map(entry -> rank(entry.getKey(), entry.getValue(), now, expected))
        .sorted(
            Comparator.comparing((Ranked<J> ranked) -> behind.test(ranked.job()))
                .thenComparing(
                    Comparator.comparingDouble((Ranked<J> ranked) -> ranked.claim()).reversed()));
  }

  private Ranked<J> rank(J job, long since, long now, Function<J, Duration> expected) {
    return new Ranked<>(job, policy.claim(Duration.ofNanos(now - since), expected.apply(job)));
  }
}
