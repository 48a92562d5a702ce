package io.inkstream.cli.serving;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// A report as text: the table that SGLang's cookbook shows, line by line, and below it what that
/// does not tell.
final class ServingTable {
  private static final int WIDTH = 60;
  private static final String TITLE = " Serving Benchmark Result ";

  private final ServingReport report;
  private final StringBuilder out = new StringBuilder();

  ServingTable(ServingReport report) {
    this.report = report;
    title();
    load();
    speed();
    memory();
    slo();
    out.append("=".repeat(WIDTH)).append('\n');
    percentiles();
    timeouts();
    report.failures().forEach((why, times) -> line("%d failed: %s".formatted(times, why)));
  }

  private void title() {
    int left = (WIDTH - TITLE.length()) / 2;
    String right = "=".repeat(WIDTH - TITLE.length() - left);
    out.append("=".repeat(left)).append(TITLE).append(right).append('\n');
    row("Task:", report.plan().task().word());
    row("Model:", report.model());
    row("Dataset:", report.plan().dataset());
  }

  private void load() {
    ServingPlan plan = report.plan();
    divider();
    row("Benchmark duration (s):", digits(2, report.seconds()));
    row("Request rate:", plan.rate().isPresent() ? "" + plan.rate().getAsDouble() : "inf");
    row("Max request concurrency:", "" + plan.concurrency());
    row("Successful requests:", report.latencies().count() + "/" + report.results().size());
    if (plan.requests().stream().anyMatch(request -> request.outputs() > 1)) {
      row("Completed outputs:", "" + report.outputs());
      row("Outputs per prompt:", "" + plan.outputs());
    }
  }

  private void speed() {
    Latencies latencies = report.latencies();
    divider();
    row("Request throughput (req/s):", digits(2, latencies.count() / report.seconds()));
    row("Latency Mean (s):", digits(4, latencies.mean()));
    row("Latency Median (s):", digits(4, latencies.percentile(50)));
    row("Latency P99 (s):", digits(4, latencies.percentile(99)));
  }

  private void memory() {
    Latencies memory = report.peakMemory();
    if (memory.count() > 0) {
      divider();
      row("Peak Memory Max (MB):", digits(2, memory.percentile(100)));
      row("Peak Memory Mean (MB):", digits(2, memory.mean()));
      row("Peak Memory Median (MB):", digits(2, memory.percentile(50)));
    }
  }

  private void slo() {
    if (report.slo().isPresent()) {
      double rate = report.sloMet() / (double) report.results().size();
      divider();
      row("SLO Attainment Rate:", digits(2, 100 * rate) + "%");
      row("SLO Met (Success):", "" + report.sloMet());
      row("SLO Scale:", digits(2, report.slo().get().scale()));
    }
  }

  private void percentiles() {
    if (report.latencies().count() > 0) {
      percentiles("Latency", report.latencies().histogram());
      percentiles("From arrival", report.fromArrival().histogram());
    }
  }

  private void percentiles(String name, Histogram histogram) {
    var line = new StringBuilder("%-13s".formatted(name + ":"));
    for (double percent : new double[] {50, 90, 95, 99, 100}) {
      String label = percent == 100 ? "max" : "p%.0f".formatted(percent);
      line.append(" %s %s s ".formatted(label, digits(3, Latencies.seconds(histogram, percent))));
    }
    line(line.toString().stripTrailing());
  }

  private void timeouts() {
    if (report.timedOut() > 0) {
      String limit = report.plan().timeout().map(ServingTable::seconds).orElseThrow();
      String server =
          report.healthy()
              ? "the server went on, and is healthy"
              : "the server does not answer any more";
      line(
          "%d of %d timed out, without an answer in %s s (--timeout); %s"
              .formatted(report.timedOut(), report.results().size(), limit, server));
    }
  }

  private static String seconds(Duration limit) {
    return digits(limit.toMillis() % 1000 == 0 ? 0 : 3, limit.toMillis() / 1e3);
  }

  private void divider() {
    line("-".repeat(50));
  }

  private void row(String name, String value) {
    line("%-40s %s".formatted(name, value));
  }

  private void line(String line) {
    out.append(line).append('\n');
  }

  private static String digits(int number, double value) {
    return String.format(Locale.ROOT, "%." + number + "f", value);
  }

  @Override
  public String toString() {
    return out.toString().stripTrailing();
  }
}
