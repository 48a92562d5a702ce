package io.inkstream.engine.pipeline;

import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.scheduler.AdamsBashforth2;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.engine.scheduler.Sampler;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Computes the velocity at every step.
final class PlainSolver implements OdeSolver {
  private final Sampler sampler;
  private final float[] sigmas;
  private final GuidedVelocity guided;
  private final List<AdamsBashforth2> multistep;

  PlainSolver(Sampler sampler, float[] sigmas, GuidedVelocity guided, int images) {
    this.sampler = sampler;
    this.sigmas = sigmas;
    this.guided = guided;
    this.multistep = Stream.generate(AdamsBashforth2::new).limit(images).toList();
  }

  @Override
  public Move step(int step, List<float[]> latents) {
    List<float[]> velocities = guided.at(step, latents);
    for (int image = 0; image < latents.size(); image++) {
      advance(image, latents.get(image), velocities.get(image), sigmas[step], sigmas[step + 1]);
    }
    return new Move(velocities, guided.decisions(), Optional.empty());
  }

  private void advance(int image, float[] latents, float[] velocity, float sigma, float next) {
    switch (sampler) {
      case EULER -> FlowMatchEulerDiscreteScheduler.step(latents, velocity, sigma, next);
      case AB2 -> multistep.get(image).step(latents, velocity, sigma, next);
    }
  }

  @Override
  public Optional<ForecastSummary> forecast() {
    return Optional.empty();
  }
}
