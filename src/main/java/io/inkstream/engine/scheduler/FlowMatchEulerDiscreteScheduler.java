package io.inkstream.engine.scheduler;

import java.util.List;
import java.util.OptionalInt;

/// The noise levels of a flow-matching model and the Euler step between two of them.
///
/// Equal to the bit to diffusers' class of this name as the Qwen-Image pipelines call it, with
/// `sigmas=linspace(1, 1/steps, steps)`: arithmetic is in float32 where numpy's is. One exception:
/// with a single step diffusers stretches 0 by 0 and gets NaN; here that one sigma stays 1.
public final class FlowMatchEulerDiscreteScheduler {
  private static final int MAX_STEPS = 1_000_000;

  private final FlowMatchConfig config;
  private final List<Double> ownSigmas;

  public FlowMatchEulerDiscreteScheduler(FlowMatchConfig config) {
    this(config, List.of());
  }

  /// @param ownSigmas the levels that a model was trained for, before any shift, falling; none: as
  ///   many as are asked for, evenly from 1 on
  public FlowMatchEulerDiscreteScheduler(FlowMatchConfig config, List<Double> ownSigmas) {
    this.config = config;
    this.ownSigmas = List.copyOf(ownSigmas);
  }

  /// How many steps it makes, whatever is asked for.
  public OptionalInt ownSteps() {
    return ownSigmas.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ownSigmas.size());
  }

  /// The levels for an image of `imageTokens` tokens (conditioning images do not count).
  ///
  /// @throws IllegalArgumentException if a number is out of range, or the config's shift is not a
  ///   positive number at this size
  public Schedule schedule(int steps, int imageTokens) {
    return schedule(steps, imageTokens, SchedulerFields.NONE);
  }

  /// The same where a request says otherwise than the model.
  ///
  /// @throws IllegalArgumentException also if what it says is not allowed
  public Schedule schedule(int steps, int imageTokens, SchedulerFields fields) {
    return fields.isEmpty()
        ? ownSchedule(steps, imageTokens)
        : new FlowMatchEulerDiscreteScheduler(fields.over(config), ownSigmas)
            .ownSchedule(steps, imageTokens);
  }

  private Schedule ownSchedule(int asked, int imageTokens) {
    requireRange("steps", asked, MAX_STEPS);
    requireRange("image tokens", imageTokens, Integer.MAX_VALUE);
    int steps = ownSteps().orElse(asked);
    float[] sigmas = ownSigmas.isEmpty() ? linspace(steps) : own();
    if (config.useDynamicShifting()) {
      shiftDynamically(sigmas, steps, imageTokens);
    } else {
      shiftStatically(sigmas, steps);
    }
    stretchToTerminal(sigmas, steps);
    return new Schedule(sigmas, config.numTrainTimesteps());
  }

  /// One Euler step, in place: `sample += (nextSigma - sigma) * velocity`.
  ///
  /// @throws IllegalArgumentException if the two arrays differ in length
  public static void step(float[] sample, float[] velocity, float sigma, float nextSigma) {
    if (sample.length != velocity.length) {
      throw new IllegalArgumentException(
          "a sample of %d values has a velocity of %d".formatted(sample.length, velocity.length));
    }
    float dt = nextSigma - sigma;
    for (int i = 0; i < sample.length; i++) {
      sample[i] += dt * velocity[i];
    }
  }

  private float[] own() {
    float[] sigmas = new float[ownSigmas.size() + 1]; // one more place for the final 0
    for (int i = 0; i < ownSigmas.size(); i++) {
      sigmas[i] = ownSigmas.get(i).floatValue();
    }
    return sigmas;
  }

  // numpy's linspace(1, 1/steps, steps) in float64, rounded once; one more place for the final 0.
  private static float[] linspace(int steps) {
    float[] sigmas = new float[steps + 1];
    double stop = 1.0 / steps;
    double stride = (stop - 1) / (steps - 1);
    sigmas[0] = 1;
    for (int i = 1; i < steps; i++) {
      sigmas[i] = (float) (i == steps - 1 ? stop : i * stride + 1);
    }
    return sigmas;
  }

  private void shiftDynamically(float[] sigmas, int steps, int imageTokens) {
    double mu = config.mu(imageTokens);
    float strength = (float) config.timeShiftType().strength(mu);
    if (!(strength > 0 && strength < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "base_shift %s and max_shift %s give %d image tokens the %s shift mu %s: out of range"
              .formatted(
                  config.baseShift(),
                  config.maxShift(),
                  imageTokens,
                  config.timeShiftType().name(),
                  mu));
    }
    for (int i = 0; i < steps; i++) {
      sigmas[i] = strength / (strength + (1 / sigmas[i] - 1));
    }
  }

  private void shiftStatically(float[] sigmas, int steps) {
    float shift = (float) config.shift();
    float shiftLessOne = (float) (config.shift() - 1);
    for (int i = 0; i < steps; i++) {
      sigmas[i] = shift * sigmas[i] / (1 + shiftLessOne * sigmas[i]);
    }
  }

  private void stretchToTerminal(float[] sigmas, int steps) {
    double terminal = config.shiftTerminal().orElse(0);
    float reach = 1 - sigmas[steps - 1];
    if (terminal == 0 || reach == 0) {
      return;
    }
    float factor = reach / (float) (1 - terminal);
    for (int i = 0; i < steps; i++) {
      sigmas[i] = 1 - (1 - sigmas[i]) / factor;
    }
  }

  private static void requireRange(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "%s must be from 1 to %d, not %d".formatted(name, max, value));
    }
  }
}
