package io.inkstream;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition that another thread brings about.
public final class Await {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Await() {}

  /// @throws AssertionError if it does not come in time
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LONGEST + ": " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
