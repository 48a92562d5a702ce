package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.StepListener;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts the steps of requests with a forecast:
/// `inkstream_forecast_steps_total{decision="computed|forecast"}`.
public final class ForecastMetrics implements StepListener {
  private static final String NAME = "inkstream.forecast.steps";

  private final MeterRegistry registry;

  public ForecastMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void onStep(Step step) {
    step.forecast()
        .ifPresent(made -> registry.counter(NAME, "decision", made.outcome()).increment());
  }
}
