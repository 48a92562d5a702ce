package io.inkstream.cli.serving;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/// Seconds that answers took, or other figures of theirs.
final class Latencies {
  private static final double MICROS = 1e6;

  private final double[] sorted;

  Latencies(double[] values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  int count() {
    return sorted.length;
  }

  /// 0 of none.
  double mean() {
    return Arrays.stream(sorted).average().orElse(0);
  }

  /// Between the two nearest as numpy has it, so that it compares with SGLang's; 0 of none.
  double percentile(double percent) {
    if (sorted.length == 0) {
      return 0;
    }
    double at = percent / 100 * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }

  /// In microseconds, to three digits.
  Histogram histogram() {
    var histogram = new Histogram(3);
    for (double seconds : sorted) {
      histogram.recordValue(Math.round(seconds * MICROS));
    }
    return histogram;
  }

  /// A percentile of a histogram in seconds: the least that so many answers took at most.
  static double seconds(Histogram histogram, double percent) {
    return histogram.getValueAtPercentile(percent) / MICROS;
  }
}
