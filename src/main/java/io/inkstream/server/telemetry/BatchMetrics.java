package io.inkstream.server.telemetry;

import io.inkstream.server.batch.BatchEvent;
import io.inkstream.server.batch.BatchStatus;
import io.inkstream.server.batch.Batches;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.function.Consumer;

/// Counts batches: `inkstream_batches_total{status}` that have ended,
/// `inkstream_batch_requests_total{status}` with `completed` and `failed`, and the gauges
/// `inkstream_batches_running` and `inkstream_batch_requests_waiting`, which are to be drawn.
public final class BatchMetrics implements Consumer<BatchEvent> {
  private final MeterRegistry registry;

  public BatchMetrics(MeterRegistry registry) {
    this.registry = registry;
    Arrays.stream(BatchStatus.values())
        .filter(BatchStatus::isEnd)
        .forEach(status -> count("inkstream.batches", status.toString(), 0));
    count("inkstream.batch.requests", "completed", 0);
    count("inkstream.batch.requests", "failed", 0);
  }

  /// Shows what is under way.
  public void watch(Batches batches) {
    Gauge.builder("inkstream.batches.running", batches, Batches::running).register(registry);
    Gauge.builder("inkstream.batch.requests.waiting", batches, Batches::left).register(registry);
  }

  @Override
  public void accept(BatchEvent event) {
    switch (event) {
      case BatchEvent.LineDone(boolean well) ->
          count("inkstream.batch.requests", well ? "completed" : "failed", 1);
      case BatchEvent.Ended(var batch) -> count("inkstream.batches", batch.status().toString(), 1);
    }
  }

  private void count(String name, String status, int more) {
    registry.counter(name, "status", status).increment(more);
  }
}
