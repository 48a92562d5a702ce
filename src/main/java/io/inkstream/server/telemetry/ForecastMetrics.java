package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/// Counts the steps of requests with a forecast:
/// `inkstream_forecast_steps_total{decision="computed|forecast"}`.
public final class ForecastMetrics implements Consumer<DrawingEvent> {
  private static final String NAME = "inkstream.forecast.steps";

  private final MeterRegistry registry;

  public ForecastMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void accept(DrawingEvent event) {
    if (event instanceof StepMade step) {
      step.forecast()
          .ifPresent(made -> registry.counter(NAME, "decision", made.outcome()).increment());
    }
  }
}
