package io.inkstream.server.telemetry;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/// Counts what caches decide:
/// `inkstream_cache_decisions_total{decision="computed|reused|forecast"}`, a decision for each
/// forward of a request with a cache.
public final class CacheMetrics implements Consumer<JobEvent> {
  private static final String NAME = "inkstream.cache.decisions";

  private final MeterRegistry registry;

  public CacheMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case StepMade step -> step.cache().forEach(this::count);
      case Queued _, Started _, StageBegan _, StageEnded _, End _, Rejected _ -> {}
    }
  }

  private void count(CacheDecision made) {
    registry.counter(NAME, "decision", made.outcome()).increment();
  }
}
