package io.inkstream.server.telemetry;

import io.inkstream.engine.forecast.ForecastDecision;
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

/// Counts the steps of requests with a forecast:
/// `inkstream_forecast_steps_total{decision="computed|forecast"}`.
public final class ForecastMetrics implements Consumer<JobEvent> {
  private static final String NAME = "inkstream.forecast.steps";

  private final MeterRegistry registry;

  public ForecastMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case StepMade step -> step.forecast().ifPresent(this::count);
      case Queued _, Started _, StageBegan _, StageEnded _, End _, Rejected _ -> {}
    }
  }

  private void count(ForecastDecision made) {
    registry.counter(NAME, "decision", made.outcome()).increment();
  }
}
