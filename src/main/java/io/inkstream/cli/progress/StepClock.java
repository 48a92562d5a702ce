package io.inkstream.cli.progress;

import java.util.Locale;
import java.util.function.LongSupplier;

/// Measures the steps of a picture, and from them what is still to come.
public final class StepClock {
  private final LongSupplier nanos;
  private long start;

  public StepClock(LongSupplier nanos) {
    this.nanos = nanos;
    restart();
  }

  void restart() {
    start = nanos.getAsLong();
  }

  /// `3.1 s, 4.6 s left`.
  public String afterStep(int step, int steps) {
    double elapsed = seconds();
    return duration(elapsed) + ", " + duration(elapsed / step * (steps - step)) + " left";
  }

  public double seconds() {
    return (nanos.getAsLong() - start) / 1e9;
  }

  /// `3.1 s`, `2:05 min` or `1:02:05 h`.
  public static String duration(double seconds) {
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
