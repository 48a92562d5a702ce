package io.inkstream.cli.bench;

/// What to draw, in a square of `size` pixels with guidance.
public record Scene(String prompt, long seed, int size, int steps, double guidance) {
  Scene withSteps(int other) {
    return new Scene(prompt, seed, size, other, guidance);
  }
}
