package io.inkstream.engine.scheduler;

import static io.inkstream.engine.scheduler.TimeShiftType.EXPONENTIAL;
import static io.inkstream.engine.scheduler.TimeShiftType.LINEAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Expected sigmas were computed once by diffusers' scheduler with the same config.
class FlowMatchEulerDiscreteSchedulerTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void staticShiftIsDiffusers() {
    Schedule schedule = schedule(statically(3, NONE), 4);
    assertThat(schedule.sigmas()).containsExactly(1, 0.8999999761581421f, 0.75f, 0.5f, 0);
    assertThat(SigmasGoldenTest.timesteps(schedule)).containsExactly(1000, 900, 750, 500);
  }

  @Test
  void staticShiftIsStretchedToTheTerminalSigma() {
    Schedule schedule = schedule(statically(3, OptionalDouble.of(0.1)), 3);
    assertThat(schedule.sigmas()).containsExactly(1, 0.678571343421936f, 0.10000002384185791f, 0);
    assertThat(SigmasGoldenTest.timesteps(schedule))
        .containsExactly(1000, 678.5713500976562f, 100.0000228881836f);
  }

  @Test
  void linearTimeShiftIsDiffusers() {
    Schedule schedule = schedule(dynamically(LINEAR, NONE, 1000), 4);
    assertThat(schedule.sigmas())
        .containsExactly(1, 0.8159438371658325f, 0.5964012742042542f, 0.3300144374370575f, 0);
  }

  @Test
  void timestepsAreSigmasOfTheTrainingRange() {
    Schedule schedule = schedule(dynamically(EXPONENTIAL, NONE, 250), 3);
    assertThat(schedule.sigmas()).containsExactly(1, 0.8976016044616699f, 0.6866623163223267f, 0);
    assertThat(SigmasGoldenTest.timesteps(schedule))
        .containsExactly(250, 224.40040588378906f, 171.6655731201172f);
  }

  @Test
  void aTerminalSigmaOfZeroMeansNoStretch() {
    assertThat(schedule(dynamically(EXPONENTIAL, OptionalDouble.of(0), 250), 3).sigmas())
        .isEqualTo(schedule(dynamically(EXPONENTIAL, NONE, 250), 3).sigmas());
  }

  @Test
  void aSingleStepGoesFromOneToZero() {
    Schedule dynamic = schedule(dynamically(EXPONENTIAL, OptionalDouble.of(0.02), 1000), 1);
    assertThat(dynamic.sigmas()).containsExactly(1, 0);
    assertThat(SigmasGoldenTest.timesteps(dynamic)).containsExactly(1000);
    assertThat(schedule(statically(3, OptionalDouble.of(0.02)), 1).sigmas()).containsExactly(1, 0);
  }

  @Test
  void sigmasFallFromOneToZeroWhateverTheSize() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int round = 0; round < 300; round++) {
      int steps = random.nextInt(1, 300);
      int tokens = random.nextInt(1, 20_000);
      float[] sigmas =
          new FlowMatchEulerDiscreteScheduler(
                  dynamically(EXPONENTIAL, OptionalDouble.of(0.02), 1000))
              .schedule(steps, tokens)
              .sigmas();
      assertThat(sigmas).hasSize(steps + 1).startsWith(1).endsWith(0);
      for (int i = 0; i < steps; i++) {
        assertThat(sigmas[i]).isGreaterThan(sigmas[i + 1]);
      }
    }
  }

  @Test
  void stepMovesTheSampleAlongTheVelocityInPlace() {
    // Given
    float[] sample = {1, -2, 0.5f};
    // When
    FlowMatchEulerDiscreteScheduler.step(sample, new float[] {2, 4, -8}, 0.75f, 0.5f);
    // Then
    assertThat(sample).containsExactly(0.5f, -3, 2.5f);
  }

  @Test
  void stepRefusesAVelocityOfAnotherLength() {
    assertThatThrownBy(() -> FlowMatchEulerDiscreteScheduler.step(new float[3], new float[2], 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sample of 3 values has a velocity of 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -4, Integer.MIN_VALUE, 1_000_001, Integer.MAX_VALUE})
  void refusesStepsOutOfRange(int steps) {
    assertThatThrownBy(() -> schedule(statically(1, NONE), steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps must be from 1 to 1000000, not " + steps);
  }

  @Test
  void refusesAnImageWithoutTokens() {
    assertThatThrownBy(
            () -> new FlowMatchEulerDiscreteScheduler(statically(1, NONE)).schedule(4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image tokens must be from 1 to 2147483647, not 0");
  }

  @ParameterizedTest
  @CsvSource({"EXPONENTIAL,900", "LINEAR,-2"})
  void refusesAShiftThatIsNoPositiveNumber(TimeShiftType type, double maxShift) {
    FlowMatchConfig config =
        new FlowMatchConfig(0.5, maxShift, 256, 4096, NONE, true, type, 1, 1000);
    assertThatThrownBy(() -> new FlowMatchEulerDiscreteScheduler(config).schedule(4, 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("max_shift " + maxShift)
        .hasMessageContaining("4096 image tokens");
  }

  @Test
  void configNamesTheValueThatIsOutOfRange() {
    assertRefused("base_shift is NaN: it must be finite", Double.NaN, 256, 4096, NONE, 1, 1000);
    assertRefused("base_image_seq_len is 0: it must be 1 or more", 0.5, 0, 4096, NONE, 1, 1000);
    assertRefused(
        "max_image_seq_len is 256: it must be above base_image_seq_len (256)",
        0.5,
        256,
        256,
        NONE,
        1,
        1000);
    assertRefused(
        "shift_terminal is 1.0: it must be in [0, 1)",
        0.5,
        256,
        4096,
        OptionalDouble.of(1),
        1,
        1000);
    assertRefused("shift is 0.0: it must be finite and above 0", 0.5, 256, 4096, NONE, 0, 1000);
    assertRefused("num_train_timesteps is 0: it must be 1 or more", 0.5, 256, 4096, NONE, 1, 0);
  }

  @Test
  void theLeastAndTheMostThatIsAllowedIsTaken() {
    var least = new FlowMatchConfig(0.5, 1.15, 1, 2, NONE, false, LINEAR, 1, 1);
    var scheduler = new FlowMatchEulerDiscreteScheduler(least);

    assertThat(SigmasGoldenTest.timesteps(scheduler.schedule(1_000_000, 1)))
        .hasSize(1_000_000)
        .startsWith(1);
  }

  @Test
  void anInfiniteMaxShiftIsRefused() {
    double infinite = Double.POSITIVE_INFINITY;
    assertThatThrownBy(
            () -> new FlowMatchConfig(0.5, infinite, 1, 2, NONE, true, EXPONENTIAL, 1, 1000))
        .hasMessage("max_shift is Infinity: it must be finite");
  }

  @Test
  void timeShiftTypesHaveTheConfigsNames() {
    assertThat(TimeShiftType.named("exponential")).contains(EXPONENTIAL);
    assertThat(TimeShiftType.named("linear")).contains(LINEAR);
    assertThat(TimeShiftType.named("EXPONENTIAL")).isEmpty();
  }

  private static void assertRefused(
      String message, double base, int least, int most, OptionalDouble end, double shift, int n) {
    assertThatThrownBy(
            () -> new FlowMatchConfig(base, 0.9, least, most, end, true, EXPONENTIAL, shift, n))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static Schedule schedule(FlowMatchConfig config, int steps) {
    return new FlowMatchEulerDiscreteScheduler(config).schedule(steps, 6032);
  }

  private static FlowMatchConfig statically(double shift, OptionalDouble terminal) {
    return new FlowMatchConfig(0.5, 1.15, 256, 4096, terminal, false, EXPONENTIAL, shift, 1000);
  }

  private static FlowMatchConfig dynamically(
      TimeShiftType type, OptionalDouble terminal, int numTrainTimesteps) {
    return new FlowMatchConfig(0.5, 1.15, 256, 4096, terminal, true, type, 1, numTrainTimesteps);
  }
}
