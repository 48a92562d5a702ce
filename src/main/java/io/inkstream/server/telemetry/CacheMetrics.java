package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/// Counts what caches decide:
/// `inkstream_cache_decisions_total{decision="computed|reused|forecast"}`, a decision for each
/// forward of a request with a cache.
public final class CacheMetrics implements Consumer<DrawingEvent> {
  private static final String NAME = "inkstream.cache.decisions";

  private final MeterRegistry registry;

  public CacheMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void accept(DrawingEvent event) {
    if (event instanceof StepMade step) {
      step.cache().forEach(made -> registry.counter(NAME, "decision", made.outcome()).increment());
    }
  }
}
