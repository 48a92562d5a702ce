package io.inkstream.cli.bench;

import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;

/// What to draw, in a square of `size` pixels with guidance.
public record Scene(String prompt, long seed, int size, int steps, double guidance) {
  Scene withSteps(int other) {
    return new Scene(prompt, seed, size, other, guidance);
  }

  GenerationRequest request() {
    return GenerationRequest.of(prompt)
        .withCanvas(size, size)
        .withGuidance(steps, guidance)
        .withDraws(Draws.of(seed));
  }
}
