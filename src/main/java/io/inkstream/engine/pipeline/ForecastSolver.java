package io.inkstream.engine.pipeline;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.forecast.VelocityForecast;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.List;
import java.util.Optional;

/// Computes the velocity at some steps and extends it over the others, at which nothing runs.
final class ForecastSolver implements OdeSolver {
  private final VelocityForecast forecast;
  private final float[] sigmas;
  private final GuidedVelocity guided;
  private final CancellationSignal signal;

  ForecastSolver(
      ForecastPolicy policy, float[] sigmas, GuidedVelocity guided, CancellationSignal signal) {
    this.forecast = new VelocityForecast(policy, sigmas);
    this.sigmas = sigmas;
    this.guided = guided;
    this.signal = signal;
  }

  @Override
  public Move step(int step, List<float[]> latents) {
    if (forecast.computes(step)) {
      forecast.computed(step, latents, guided.at(sigmas[step], latents));
    }
    signal.throwIfCancelled();
    forecast.advance(step, latents);
    return new Move(forecast.velocities(step), List.of(), Optional.of(forecast.decision(step)));
  }

  @Override
  public Optional<ForecastSummary> forecast() {
    return Optional.of(forecast.summary());
  }
}
