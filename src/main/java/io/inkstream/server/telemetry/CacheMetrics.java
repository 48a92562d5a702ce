package io.inkstream.server.telemetry;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.pipeline.StepListener;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts what caches decide:
/// `inkstream_cache_decisions_total{decision="computed|reused|forecast"}`, a decision for each
/// forward of a request with a cache.
public final class CacheMetrics implements StepListener {
  private static final String NAME = "inkstream.cache.decisions";

  private final MeterRegistry registry;

  public CacheMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void onStep(Step step) {
    for (CacheDecision decision : step.cache()) {
      registry.counter(NAME, "decision", decision.outcome()).increment();
    }
  }
}
