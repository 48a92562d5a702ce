package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.Guarded;
import io.inkstream.engine.forecast.ForecastPolicy.MeanCache;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForecastPolicyTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "4, 0.5", "20, 0.3", "20, 0.5", "20, 1", "50, 0.4"})
  void aFixedPolicyComputesTheStepsThatAreKnownBefore(int steps, double share) {
    for (ForecastPolicy policy : List.of(new PowerLaw(share), new BothEnds(share))) {
      assertThat(policy.decidesOnTheWay()).isFalse();
      assertThat(policy.certainSteps(steps).boxed()).containsExactlyElementsOf(made(policy, steps));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 17, 10})
  void meanCacheComputesItsPublishedSteps(int computed) {
    var policy = new MeanCache(computed);
    assertThat(policy.certainSteps(50).boxed())
        .hasSize(computed)
        .containsExactlyElementsOf(made(policy, 50));
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 10", "3, 10", "4, 10", "20, 0.04", "20, 10", "50, 0.001"})
  void aGuardedForecastComputesAtLeastTheStepsThatAreKnownBefore(int steps, double tolerance) {
    var policy = new Guarded(0.34, tolerance);

    assertThat(policy.decidesOnTheWay()).isTrue();
    assertThat(made(policy, steps)).containsAll(policy.certainSteps(steps).boxed().toList());
  }

  @Test
  void aLooseToleranceComputesWhatWasPlanned() {
    var plan = new Guarded(0.34, 10).certainSteps(50).boxed().toList();
    assertThat(made(new Guarded(0.34, 10), 50)).isEqualTo(plan).hasSize(17);
  }

  // The velocity turns a little at each step.
  private static List<Integer> made(ForecastPolicy policy, int steps) {
    float[] sigmas = new float[steps + 1];
    for (int step = 0; step < steps; step++) {
      sigmas[step] = 1 - (float) step / steps;
    }
    var forecast = new VelocityForecast(policy, sigmas);
    List<float[]> latents = List.of(new float[] {1, -1, 0.5f});
    List<Integer> made = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      if (forecast.computes(step)) {
        made.add(step);
        forecast.computed(step, latents, List.of(new float[] {1, 0.1f * step, -0.5f}));
      }
      forecast.advance(step, latents);
    }
    return made;
  }
}
