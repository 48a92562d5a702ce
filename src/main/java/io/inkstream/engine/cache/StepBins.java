package io.inkstream.engine.cache;

import java.util.ArrayList;
import java.util.List;

/// Lengths of the runs of computed and of reused steps, in turn.
final class StepBins {
  private final List<Integer> compute;
  private final List<Integer> cache;

  StepBins(List<Integer> compute, List<Integer> cache) {
    this.compute = new ArrayList<>(compute);
    this.cache = new ArrayList<>(cache);
  }

  long sum() {
    return sum(compute) + sum(cache);
  }

  /// Shortens the last runs in turn until no more than `steps` are left.
  StepBins truncate(int steps) {
    while (sum() > steps) {
      shortenLast(cache);
      if (sum() > steps) {
        shortenLast(compute);
      }
    }
    return this;
  }

  /// Lengthens each run by `factor` of its first length again and again, until `steps` are reached.
  StepBins stretch(int steps, double factor) {
    List<Integer> firstCompute = List.copyOf(compute);
    List<Integer> firstCache = List.copyOf(cache);
    int pairs = Math.min(compute.size(), cache.size());
    while (true) {
      for (int i = 0; i < pairs; i++) {
        if (reachesBy(compute, i, more(firstCompute.get(i), factor), steps)
            || reachesBy(cache, i, more(firstCache.get(i), factor), steps)) {
          return this;
        }
      }
      if (reachesBy(compute, compute.size() - 1, 1, steps)) {
        return this;
      }
    }
  }

  /// The first `steps` steps, `1` for computed.
  String bits(int steps) {
    var bits = new StringBuilder();
    for (int i = 0; bits.length() < steps; i++) {
      append(bits, "1", compute, i, steps);
      append(bits, "0", cache, i, steps);
    }
    return bits.toString();
  }

  private static int more(int length, double factor) {
    return Math.max((int) (length * factor), 1);
  }

  private boolean reachesBy(List<Integer> bins, int i, int more, int steps) {
    bins.set(i, bins.get(i) + more);
    return sum() >= steps;
  }

  private static void shortenLast(List<Integer> bins) {
    if (!bins.isEmpty()) {
      int length = bins.removeLast() - 1;
      if (length > 0) {
        bins.add(length);
      }
    }
  }

  private static void append(StringBuilder bits, String bit, List<Integer> bins, int i, int steps) {
    int length = i < bins.size() ? bins.get(i) : 0;
    bits.repeat(bit, Math.min(length, steps - bits.length()));
  }

  private static long sum(List<Integer> bins) {
    return bins.stream().mapToLong(Integer::longValue).sum();
  }
}
