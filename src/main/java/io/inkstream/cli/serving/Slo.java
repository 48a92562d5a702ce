package io.inkstream.cli.serving;

import java.util.List;
import java.util.Optional;

/// What answers may take, as SGLang's benchmark has it: the latency that warm-ups let one expect of
/// a request's tokens and steps, times a factor.
///
/// @param secondsOfWork median of the warm-ups
record Slo(double secondsOfWork, double scale) {
  /// @param warmUps those that failed do not count; none does: empty
  static Optional<Slo> of(List<ServingResult> warmUps, double scale) {
    double[] seconds =
        warmUps.stream()
            .filter(ServingResult::isDrawn)
            .mapToDouble(result -> result.latency() / result.request().work())
            .toArray();
    return seconds.length == 0
        ? Optional.empty()
        : Optional.of(new Slo(new Latencies(seconds).percentile(50), scale));
  }

  boolean isMetBy(ServingResult result) {
    return result.isDrawn() && result.latency() <= secondsOfWork * result.request().work() * scale;
  }
}
