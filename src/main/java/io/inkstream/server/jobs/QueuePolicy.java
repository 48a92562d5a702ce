package io.inkstream.server.jobs;

import java.time.Duration;
import java.util.Locale;

/// Which waiting job runs next: the one with the greatest claim; of equal ones, the first to come.
public enum QueuePolicy {
  /// The shortest expected work first, with ageing: a claim is what a job has waited (and a head
  /// start for all), measured in its own expected time. So a short job passes long ones, claims
  /// grow without end, and nobody starves: who has waited ten times its own time is passed by no
  /// newcomer. The rule without the head start is Brinch Hansen's highest response ratio next.
  SHORTEST_FIRST {
    @Override
    double claim(Duration waited, Duration expected) {
      return (seconds(waited) + HEAD_START) / Math.max(SHORTEST, seconds(expected));
    }
  },
  /// First come, first served.
  FIFO {
    @Override
    double claim(Duration waited, Duration expected) {
      return 0;
    }
  };

  private static final double HEAD_START = 10;
  private static final double SHORTEST = 1;

  /// @param waited so far
  /// @param expected to be drawn in
  abstract double claim(Duration waited, Duration expected);

  /// As a setting names it: `shortest-first` or `fifo`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
