package io.inkstream.cli.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.HdrHistogram.Histogram;

/// A report as JSON: the keys that SGLang's benchmark writes, then our own.
final class ServingFigures {
  /// What two runs must have in common to be compared.
  static final List<String> LOAD =
      List.of(
          "task",
          "dataset",
          "num_prompts",
          "num_outputs_per_prompt",
          "max_concurrency",
          "request_rate");

  private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 100};

  private ServingFigures() {}

  static ObjectNode json(ServingReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    sglang(json, report);
    load(json, report);
    json.put("timed_out_requests", report.timedOut());
    json.put("server_healthy_after", report.healthy());
    report.failures().forEach(json.putObject("failures")::put);
    histogram(json.putObject("latency_histogram"), report.latencies().histogram());
    histogram(json.putObject("from_arrival_histogram"), report.fromArrival().histogram());
    return json;
  }

  private static void sglang(ObjectNode json, ServingReport report) {
    Latencies latencies = report.latencies();
    double seconds = report.seconds();
    json.put("duration", seconds);
    json.put("completed_requests", latencies.count());
    json.put("completed_outputs", report.outputs());
    json.put("failed_requests", report.results().size() - latencies.count());
    json.put("throughput_qps", latencies.count() / seconds);
    json.put("output_throughput_ops", report.outputs() / seconds);
    json.put("latency_mean", latencies.mean());
    json.put("latency_median", latencies.percentile(50));
    for (int percent : new int[] {50, 90, 95, 99}) {
      json.put("latency_p" + percent, latencies.percentile(percent));
    }
    json.put("num_outputs_per_prompt", report.plan().outputs());
    Latencies memory = report.peakMemory();
    json.put("peak_memory_mb_max", memory.percentile(100));
    json.put("peak_memory_mb_mean", memory.mean());
    json.put("peak_memory_mb_median", memory.percentile(50));
    report
        .slo()
        .ifPresent(slo -> {
          json.put("slo_attainment_rate", report.sloMet() / (double) report.results().size());
          json.put("slo_met_success", report.sloMet());
          json.put("slo_scale", slo.scale());
        });
  }

  private static void load(ObjectNode json, ServingReport report) {
    ServingPlan plan = report.plan();
    json.put("model", report.model());
    json.put("task", plan.task().word());
    json.put("dataset", plan.dataset());
    json.put("num_prompts", report.results().size());
    json.put("max_concurrency", plan.concurrency());
    json.put("request_rate", plan.rate().isPresent() ? "" + plan.rate().getAsDouble() : "inf");
    json.put("timeout", plan.timeout().map(limit -> limit.toMillis() / 1e3).orElse(null));
  }

  private static void histogram(ObjectNode json, Histogram histogram) {
    for (double percent : PERCENTILES) {
      String name = percent == 100 ? "max" : "p" + Double.toString(percent).replace(".0", "");
      json.put(name, Latencies.seconds(histogram, percent));
    }
  }
}
