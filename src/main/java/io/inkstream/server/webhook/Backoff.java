package io.inkstream.server.webhook;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait between attempts: three times as long each time, up to an hour, and by lot half
/// as much more or less, so that what failed together is not tried again together.
///
/// @param first before the second attempt, on average
record Backoff(Duration first, RandomGenerator lot) {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int GROWTH = 3;

  /// @param attempts made so far, 1 or more
  Duration after(int attempts) {
    double seconds = seconds(first) * Math.pow(GROWTH, attempts - 1);
    double wait = Math.min(seconds, seconds(LONGEST)) * lot.nextDouble(0.5, 1.5);
    return Duration.ofNanos((long) (wait * 1e9));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
