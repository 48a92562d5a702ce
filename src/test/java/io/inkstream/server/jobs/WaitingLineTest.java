package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
  // Near the end of its range: only differences of such times mean anything.
  private static final long START = Long.MAX_VALUE - 5_000_000_000L;

  /// @param seconds that it takes
  private record Job(String name, double seconds) {}

  private final WaitingLine<Job> shortestFirst =
      new WaitingLine<>(QueuePolicy.SHORTEST_FIRST, job -> false);

  @Test
  void aShortJobPassesTenLongOnesThatCameBefore() {
    // Given
    for (int i = 0; i < 10; i++) {
      shortestFirst.add(new Job("long " + i, 30), at(i));
    }
    var small = new Job("small", 1);

    // When
    shortestFirst.add(small, at(200));

    // Then
    assertThat(next(shortestFirst, 200)).contains(small);
    assertThat(next(shortestFirst, 200)).contains(new Job("long 0", 30));
  }

  @Test
  void jobsOfOneLengthRunInOrderOfArrival() {
    List<Job> jobs = List.of(new Job("a", 5), new Job("b", 5), new Job("c", 5));
    jobs.forEach(job -> shortestFirst.add(job, at(7)));
    assertThat(inOrder(shortestFirst, 9)).isEqualTo(jobs);
  }

  @Test
  void whoHasWaitedTenTimesItsOwnTimeIsPassedByNoNewcomer() {
    var patient = new Job("long", 60);
    shortestFirst.add(patient, at(0));
    shortestFirst.add(new Job("newcomer", 0.001), at(580));
    assertThat(inOrder(shortestFirst, 580)).hasSize(2).last().isEqualTo(patient);

    shortestFirst.add(new Job("later newcomer", 0.001), at(601));

    assertThat(inOrder(shortestFirst, 601).indexOf(patient))
        .isLessThan(inOrder(shortestFirst, 601).indexOf(new Job("later newcomer", 0.001)));
  }

  @Test
  void positionsAreWorkedOutOnceForAllUntilTheLineChangesOrASecondHasPassed() {
    // Given
    List<Job> jobs = Stream.iterate(1, i -> i + 1).limit(3000).map(i -> new Job("a", i)).toList();
    jobs.forEach(job -> shortestFirst.add(job, at(0)));
    var asked = new AtomicInteger();

    // When, then
    assertThat(positions(jobs, at(1), asked)).startsWith(1, 2, 3).endsWith(2999, 3000);
    assertThat(positions(jobs, at(1), asked)).startsWith(1, 2, 3);
    assertThat(asked).hasValue(3000);
    shortestFirst.remove(jobs.getFirst());
    assertThat(positions(jobs, at(1), asked)).startsWith(0, 1, 2);
    assertThat(asked).hasValue(3000 + 2999);
    assertThat(positions(jobs, at(2), asked)).startsWith(0, 1, 2);
    assertThat(asked).hasValue(3000 + 2 * 2999);
  }

  private List<Integer> positions(List<Job> jobs, long now, AtomicInteger asked) {
    return jobs.stream().map(job -> shortestFirst.position(job, now, counting(asked))).toList();
  }

  private static Function<Job, Duration> counting(AtomicInteger asked) {
    return job -> {
      asked.incrementAndGet();
      return Duration.ofNanos((long) (job.seconds() * 1e9));
    };
  }

  @Test
  void aStreamOfShortJobsStarvesNobody() {
    // Given
    var patient = new Job("long", 20);
    shortestFirst.add(patient, at(0));
    List<Job> ran = new ArrayList<>();

    // When
    for (int second = 1; second <= 1000 && !ran.contains(patient); second++) {
      shortestFirst.add(new Job("short " + second, 1), at(second));
      next(shortestFirst, second).ifPresent(ran::add);
    }

    // Then
    assertThat(ran).contains(patient).hasSizeGreaterThan(100);
  }

  @Test
  void aJobThatMayNotRunYetIsPassedByNobody() {
    var large = new Job("large", 1);
    shortestFirst.add(large, at(0));
    shortestFirst.add(new Job("small", 1), at(1));

    assertThat(shortestFirst.next(at(2), WaitingLineTest::expected, job -> job != large)).isEmpty();

    assertThat(next(shortestFirst, 3)).contains(large);
  }

  @Test
  void firstInFirstOutLooksAtNoLength() {
    var line = new WaitingLine<Job>(QueuePolicy.FIFO, job -> false);
    List<Job> jobs = List.of(new Job("long", 100), new Job("short", 1), new Job("longer", 200));
    jobs.forEach(job -> line.add(job, at(0)));
    assertThat(inOrder(line, 50)).isEqualTo(jobs);
  }

  @Test
  void whoIsTakenOutIsGone() {
    var job = new Job("a", 1);
    shortestFirst.add(job, at(0));
    assertThat(shortestFirst.remove(job)).isTrue();
    assertThat(shortestFirst.remove(job)).isFalse();
    assertThat(next(shortestFirst, 1)).isEmpty();
  }

  private static List<Job> inOrder(WaitingLine<Job> line, int second) {
    return line.inOrder(at(second), WaitingLineTest::expected);
  }

  private static Optional<Job> next(WaitingLine<Job> line, int second) {
    return line.next(at(second), WaitingLineTest::expected, job -> true);
  }

  private static Duration expected(Job job) {
    return Duration.ofNanos((long) (job.seconds() * 1e9));
  }

  private static long at(int second) {
    return START + second * 1_000_000_000L;
  }
}
