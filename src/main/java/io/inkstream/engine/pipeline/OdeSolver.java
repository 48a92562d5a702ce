package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.List;
import java.util.Optional;

/// Leads the latents of one request from noise level to noise level.
sealed interface OdeSolver permits PlainSolver, ForecastSolver {
  /// The solver that a request asks for.
  static OdeSolver of(AdmittedRequest admitted, GuidedVelocity guided, CancellationSignal signal) {
    float[] sigmas = admitted.schedule().sigmas();
    var sampler = admitted.request().sampling().sampler();
    return admitted
        .forecast()
        .<OdeSolver>map(policy -> new ForecastSolver(policy, sigmas, guided, signal))
        .orElseGet(
            () -> new PlainSolver(sampler::stepper, sigmas, guided, admitted.load().pictures()));
  }

  /// Makes a step: the latents become those of its end.
  ///
  /// @param step from 0
  Move step(int step, List<float[]> latents);

  /// What was forecast so far; empty if this solver forecasts nothing.
  Optional<ForecastSummary> forecast();

  /// A step that was made.
  ///
  /// @param velocities of each picture that the step went along, computed or extended
  /// @param cache what a cache decided, for each branch that ran
  /// @param forecast what a forecast decided
  record Move(
      List<float[]> velocities, List<CacheDecision> cache, Optional<ForecastDecision> forecast) {}
}
