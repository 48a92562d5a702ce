package io.inkstream.engine.request;

import static io.inkstream.engine.request.InvalidRequestException.require;

import io.inkstream.engine.scheduler.Sampler;

/// How a request gets from step to step.
public record Sampling(Sampler sampler, Approximation approximation) {
  /// Every step in full, Euler's: diffusers' pictures.
  public static final Sampling EXACT = new Sampling(Sampler.EULER, new Approximation.None());

  public Sampling {
    require(
        sampler == Sampler.EULER || !(approximation instanceof Approximation.Forecast),
        "sampler",
        sampler,
        "euler with forecast, which extends Euler's own velocities");
  }

  Sampling with(Sampler other) {
    return new Sampling(other, approximation);
  }

  Sampling with(Approximation other) {
    return new Sampling(sampler, other);
  }
}
