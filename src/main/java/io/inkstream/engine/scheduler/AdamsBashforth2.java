package io.inkstream.engine.scheduler;

import org.jspecify.annotations.Nullable;

/// Two-step Adams–Bashforth with steps of any lengths: `x += h (v + h / h_before / 2 (v -
/// v_before))`, after a first step of Euler's. One for each picture.
final class AdamsBashforth2 implements Stepper {
  private float @Nullable [] before;
  private float lengthBefore;

  @Override
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
