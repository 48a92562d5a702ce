package io.inkstream.cli.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.serving.ServingAnswer.Drawn;
import io.inkstream.cli.serving.ServingAnswer.Failed;
import io.inkstream.cli.serving.ServingAnswer.TimedOut;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// What a benchmark found. Latencies are those of requests that succeeded.
///
/// @param seconds from the first request to the last answer
/// @param healthy whether the server is, after the last answer
public record ServingReport(
    ServingPlan plan,
    String model,
    double seconds,
    List<ServingResult> results,
    Optional<Slo> slo,
    boolean healthy) {
  private static final double HDR_MILLIS = 1000;

  public ServingReport {
    results = List.copyOf(results);
  }

  Latencies latencies() {
    return of(ServingResult::latency);
  }

  Latencies fromArrival() {
    return of(ServingResult::fromArrival);
  }

  private Latencies of(ToDoubleFunction<ServingResult> seconds) {
    return new Latencies(
        results.stream().filter(ServingResult::isDrawn).mapToDouble(seconds).toArray());
  }

  /// In MB, of answers that tell it.
  Latencies peakMemory() {
    return new Latencies(
        drawn().stream().mapToDouble(Drawn::peakMemory).filter(memory -> memory > 0).toArray());
  }

  int outputs() {
    return drawn().stream().mapToInt(Drawn::outputs).sum();
  }

  int timedOut() {
    return (int) results.stream().filter(result -> result.answer() instanceof TimedOut).count();
  }

  /// How often what went wrong, timeouts aside.
  Map<String, Integer> failures() {
    Map<String, Integer> times = new TreeMap<>();
    for (ServingResult result : results) {
      if (result.answer() instanceof Failed(double _, String why)) {
        times.merge(why, 1, Integer::sum);
      }
    }
    return Collections.unmodifiableMap(times);
  }

  private List<Drawn> drawn() {
    return results.stream()
        .map(ServingResult::answer)
        .filter(Drawn.class::isInstance)
        .map(Drawn.class::cast)
        .toList();
  }

  /// How many answers met what they may take, timeouts and failures not among them.
  int sloMet() {
    return slo.map(slo -> (int) results.stream().filter(slo::isMetBy).count()).orElse(0);
  }

  /// Whether every request got its pictures.
  public boolean isComplete() {
    return results.stream().allMatch(ServingResult::isDrawn);
  }

  /// SGLang's table, and what it does not tell below.
  public String table() {
    return new ServingTable(this).toString();
  }

  /// SGLang's `--output-file`, with more keys beside.
  public ObjectNode json() {
    return ServingFigures.json(this);
  }

  /// The distribution of latencies in milliseconds, in HdrHistogram's own form.
  public void writeHistogram(PrintStream out) {
    latencies().histogram().outputPercentileDistribution(out, HDR_MILLIS);
  }
}
