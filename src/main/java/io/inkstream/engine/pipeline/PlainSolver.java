package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.scheduler.Stepper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Computes the velocity at every step, as often as the sampler wants it.
final class PlainSolver implements OdeSolver {
  private final float[] sigmas;
  private final GuidedVelocity guided;
  private final List<Stepper> steppers;

  /// @param stepper makes one for each picture
  PlainSolver(Supplier<Stepper> stepper, float[] sigmas, GuidedVelocity guided, int images) {
    this.sigmas = sigmas;
    this.guided = guided;
    this.steppers = Stream.generate(stepper).limit(images).toList();
  }

  @Override
  public Move step(int step, List<float[]> latents) {
    float sigma = sigmas[step];
    float next = sigmas[step + 1];
    List<CacheDecision> decisions = new ArrayList<>();
    List<float[]> velocities = List.of();
    for (float level : steppers.getFirst().evaluations(sigma, next)) {
      velocities = guided.at(level, latents);
      decisions.addAll(guided.decisions());
      for (int image = 0; image < latents.size(); image++) {
        steppers.get(image).step(latents.get(image), velocities.get(image), sigma, next);
      }
    }
    return new Move(velocities, decisions, Optional.empty());
  }

  @Override
  public Optional<ForecastSummary> forecast() {
    return Optional.empty();
  }
}
