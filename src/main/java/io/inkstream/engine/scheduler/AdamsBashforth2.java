package io.inkstream.engine.scheduler;

import org.jspecify.annotations.Nullable;

/// Two-step Adams–Bashforth with steps of any lengths: `x += h (v + h / h_before / 2 (v -
/// v_before))`, after a first step of Euler's. One for each picture.
public final class AdamsBashforth2 {
  private float @Nullable [] before;
  private float lengthBefore;

  /// One step, in place.
  ///
  /// @param velocity at `sigma`; kept for the next step, so nobody may write to it
  /// @throws IllegalArgumentException if the arrays differ in length
  public void step(float[] sample, float[] velocity, float sigma, float nextSigma) {
    float length = nextSigma - sigma;
    if (before == null) {
      FlowMatchEulerDiscreteScheduler.step(sample, velocity, sigma, nextSigma);
    } else {
      requireEqual(sample, velocity, before);
      float bend = length / lengthBefore / 2;
      for (int i = 0; i < sample.length; i++) {
        sample[i] += length * (velocity[i] + bend * (velocity[i] - before[i]));
      }
    }
    before = velocity;
    lengthBefore = length;
  }

  private static void requireEqual(float[] sample, float[] velocity, float[] before) {
    if (sample.length != velocity.length || sample.length != before.length) {
      throw new IllegalArgumentException(
          "a sample of %d values has velocities of %d and %d"
              .formatted(sample.length, velocity.length, before.length));
    }
  }
}
