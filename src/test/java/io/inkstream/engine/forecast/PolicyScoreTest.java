package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.MeanCache;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What policies are expected to reach, against what they reach where velocities do not depend on
/// the latents.
class PolicyScoreTest {
  private static final int NUMBERS = 24;

  @Test
  void aPolicyWithoutAGapMissesNothing() {
    assertThat(score(50).decibels(new BothEnds(1))).isGreaterThan(100);
  }

  @Test
  void aSingleGapIsPricedAsItIsMissed() {
    var policy = new PowerLaw(0.75); // of four steps the last is skipped
    float[] sigmas = {1, 0.8f, 0.5f, 0.2f, 0};
    List<float[]> velocities = velocities(sigmas);
    float[] exact = euler(velocities, sigmas);
    List<float[]> latents = List.of(new float[NUMBERS]);
    var forecast = new VelocityForecast(policy, sigmas);
    for (int step = 0; step < 4; step++) {
      if (forecast.computes(step)) {
        forecast.computed(step, latents, List.of(velocities.get(step)));
      }
      forecast.advance(step, latents);
    }
    double missed = distance(latents.getFirst(), exact) * Gain.MEASURED.at(sigmas[3]);
    double expected = -20 * Math.log10(missed / Math.sqrt(Recording.dot(exact, exact)));

    var score = new PolicyScore(List.of(Recording.of(velocities, exact)), sigmas);

    assertThat(score.decibels(policy)).isCloseTo(expected, within(1e-3));
  }

  @Test
  void moreStepsAndTheCorrectionAreWorthSomething() {
    var score = score(50);
    assertThat(score.decibels(new BothEnds(0.5))).isGreaterThan(score.decibels(new BothEnds(0.34)));
    assertThat(score.decibels(new BothEnds(0.5))).isGreaterThan(score.decibels(new MeanCache(25)));
  }

  private static PolicyScore score(int steps) {
    float[] sigmas = Laboratory.sigmas(steps);
    List<float[]> velocities = velocities(sigmas);
    return new PolicyScore(List.of(Recording.of(velocities, euler(velocities, sigmas))), sigmas);
  }

  private static List<float[]> velocities(float[] sigmas) {
    List<float[]> velocities = new ArrayList<>();
    for (int t = 0; t < sigmas.length - 1; t++) {
      float[] v = new float[NUMBERS];
      for (int i = 0; i < NUMBERS; i++) {
        v[i] = (float) (1 + Math.sin(2 * sigmas[t] + i));
      }
      velocities.add(v);
    }
    return velocities;
  }

  private static float[] euler(List<float[]> velocities, float[] sigmas) {
    float[] x = new float[NUMBERS];
    for (int t = 0; t < velocities.size(); t++) {
      for (int i = 0; i < NUMBERS; i++) {
        x[i] += (sigmas[t + 1] - sigmas[t]) * velocities.get(t)[i];
      }
    }
    return x;
  }

  private static double distance(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return Math.sqrt(Recording.dot(difference, difference));
  }
}
