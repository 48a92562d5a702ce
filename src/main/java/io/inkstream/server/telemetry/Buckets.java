package io.inkstream.server.telemetry;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.DoubleStream;

/// The borders of all histograms: SGLang's, from milliseconds to twenty minutes.
final class Buckets {
  private static final Duration[] BORDERS =
      DoubleStream.of(
              0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200)
          .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
          .toArray(Duration[]::new);

  private Buckets() {}

  static Timer.Builder histogram(String name) {
    return Timer.builder(name).serviceLevelObjectives(BORDERS);
  }
}
