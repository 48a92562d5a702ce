package io.inkstream.engine.pipeline;

import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes down what a forecast does in one request.
public final class ForecastJournal implements StepListener {
  private final List<ForecastDecision> steps = new ArrayList<>();
  private @Nullable ForecastSummary summary;

  @Override
  public void onStep(Step step) {
    step.forecast().ifPresent(steps::add);
  }

  @Override
  public void onForecastSummary(ForecastSummary summary) {
    this.summary = summary;
  }

  /// The decision of each step; none without a forecast.
  public List<ForecastDecision> steps() {
    return Collections.unmodifiableList(steps);
  }

  /// The request in short, when all its steps are made; empty without a forecast.
  public Optional<ForecastSummary> summary() {
    return Optional.ofNullable(summary);
  }
}
