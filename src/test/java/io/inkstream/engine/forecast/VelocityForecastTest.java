package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.Calibrated;
import io.inkstream.engine.forecast.ForecastPolicy.Guarded;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The loop that computes some steps and extends the velocity over the others.
class VelocityForecastTest {
  private static final float[] SIGMAS = Laboratory.sigmas(20);

  /// A flow whose velocities are known: `v = x - target` grows smoothly.
  private static List<float[]> velocities(List<float[]> latents, float sigma) {
    return latents.stream()
        .map(x -> {
          float[] v = new float[x.length];
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (x[i] * 0.3 + Math.sin(3 * sigma + i));
          }
          return v;
        })
        .toList();
  }

  private static List<float[]> noise(int images) {
    var random = new SplittableRandom(7);
    List<float[]> latents = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      float[] x = new float[96];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
      latents.add(x);
    }
    return latents;
  }

  private static VelocityForecast draw(ForecastPolicy policy, List<float[]> latents) {
    var forecast = new VelocityForecast(policy, SIGMAS);
    for (int step = 0; step < SIGMAS.length - 1; step++) {
      if (forecast.computes(step)) {
        forecast.computed(step, latents, velocities(latents, SIGMAS[step]));
      }
      forecast.advance(step, latents);
    }
    return forecast;
  }

  private static List<float[]> euler(List<float[]> latents) {
    for (int step = 0; step < SIGMAS.length - 1; step++) {
      List<float[]> velocities = velocities(latents, SIGMAS[step]);
      float length = SIGMAS[step + 1] - SIGMAS[step];
      for (int image = 0; image < latents.size(); image++) {
        for (int i = 0; i < latents.get(image).length; i++) {
          latents.get(image)[i] += length * velocities.get(image)[i];
        }
      }
    }
    return latents;
  }

  @Test
  void aShareOfOneIsEulersToTheBit() {
    List<float[]> latents = noise(2);
    var forecast = draw(new PowerLaw(1), latents);
    List<float[]> expected = euler(noise(2));
    assertThat(latents.get(0)).isEqualTo(expected.get(0));
    assertThat(latents.get(1)).isEqualTo(expected.get(1));
    assertThat(forecast.summary().forecastSteps()).isZero();
  }

  @Test
  void theShareOfTheStepsIsComputed() {
    var summary = draw(new PowerLaw(0.5), noise(1)).summary();
    assertThat(summary.computed()).containsExactly(1, 2, 3, 4, 6, 8, 10, 13, 15, 18);
    assertThat(summary.forecastSteps()).isEqualTo(10);
    assertThat(summary.speedupEstimate()).isEqualTo(2);
    assertThat(summary.toString())
        .matches(
            "10 of 20 steps forecast, estimated speed-up 2\\.00, error [0-9.]+ dB"
                + " \\(power-law, computed 1 2 3 4 6 8 10 13 15 18\\)");
  }

  @Test
  void extendingTheVelocityIsNearerToEulersThanHoldingIt() {
    List<float[]> expected = euler(noise(1));
    List<float[]> extended = noise(1);
    draw(new PowerLaw(0.5), extended);
    assertThat(distance(extended, expected)).isLessThan(0.1 * distance(noise(1), expected));
  }

  /// What previews show in between leads to the same place as the one line of the policy.
  @Test
  void eulerStepsWithTheShownVelocitiesLeadToTheLatents() {
    for (var policy :
        List.of(
            new PowerLaw(0.4),
            new Calibrated(Laboratory.table(20, 10)),
            new BothEnds(0.4),
            new Guarded(0.3, 0.1))) {
      // Given
      List<float[]> latents = noise(2);
      List<float[]> walked = noise(2);
      var forecast = new VelocityForecast(policy, SIGMAS);
      for (int step = 0; step < 20; step++) {
        if (forecast.computes(step)) {
          forecast.computed(step, latents, velocities(latents, SIGMAS[step]));
        }
        // When
        forecast.advance(step, latents);
        float length = SIGMAS[step + 1] - SIGMAS[step];
        for (int image = 0; image < 2; image++) {
          float[] velocity = forecast.velocities(step).get(image);
          for (int i = 0; i < velocity.length; i++) {
            walked.get(image)[i] += length * velocity[i];
          }
        }
        // Then
        assertThat(distance(walked, latents)).as("%s, step %d", policy, step).isLessThan(1e-4);
      }
    }
  }

  @Test
  void guardedComputesTheFirstThreeStepsAndTheLast() {
    var computed = draw(new Guarded(0.2, 10), noise(1)).summary().computed();
    assertThat(computed).startsWith(1, 2, 3).endsWith(20);
    assertThat(computed).hasSizeLessThan(10);
  }

  @Test
  void aTighterToleranceComputesMoreAndPromisesMore() {
    var loose = draw(new Guarded(0.2, 0.5), noise(1)).summary();
    var tight = draw(new Guarded(0.2, 0.05), noise(1)).summary();
    assertThat(tight.computed().size()).isGreaterThan(loose.computed().size());
    assertThat(tight.estimatedErrorDb().orElseThrow())
        .isGreaterThan(loose.estimatedErrorDb().orElseThrow());
  }

  @Test
  void guardedIsDecidedByThePictureThatIsFurthestOff() {
    List<float[]> calm = noise(2);
    List<float[]> wild = noise(2);
    for (int i = 0; i < wild.get(1).length; i++) {
      wild.get(1)[i] *= 1e-3f; // the same change is a thousand times as much
    }
    var policy = new Guarded(0.2, 0.01);
    var ofCalm = draw(policy, calm).summary();
    var ofWild = draw(policy, wild).summary();
    assertThat(ofWild.computed().size()).isGreaterThan(ofCalm.computed().size());
    assertThat(ofWild.errors().get(1)).isGreaterThan(ofWild.errors().get(0));
    assertThat(ofWild.estimatedErrorDb()).isEqualTo(ofWild.estimatedErrorDb(1));
  }

  @Test
  void theEstimateIsOfTheSizeOfTheError() {
    List<float[]> expected = euler(noise(1));
    for (double share : new double[] {0.3, 0.4, 0.6}) {
      List<float[]> latents = noise(1);
      double promised =
          draw(new BothEnds(share), latents).summary().estimatedErrorDb().orElseThrow();
      assertThat(decibels(latents.getFirst(), expected.getFirst()))
          .isCloseTo(promised, within(12.0));
    }
  }

  @Test
  void whatRanInFullHasNoError() {
    assertThat(draw(new Guarded(1, 0.1), noise(1)).summary().estimatedErrorDb()).isEmpty();
  }

  private static double decibels(float[] latents, float[] exact) {
    double energy = 0;
    double error = 0;
    for (int i = 0; i < exact.length; i++) {
      energy += (double) exact[i] * exact[i];
      error += ((double) latents[i] - exact[i]) * ((double) latents[i] - exact[i]);
    }
    return 10 * Math.log10(energy / error);
  }

  @Test
  void velocitiesThatAreNoNumbersAreComputedAgainAtOnce() {
    var forecast = new VelocityForecast(new Guarded(0.2, 1), SIGMAS);
    List<float[]> latents = noise(1);
    for (int step = 0; step < 3; step++) {
      float[] broken = new float[latents.getFirst().length];
      Arrays.fill(broken, Float.NaN);
      forecast.computed(step, latents, List.of(broken));
    }
    assertThat(forecast.computes(3)).isTrue();
    assertThat(forecast.summary().estimatedErrorDb()).isEmpty();
  }

  @Test
  void decisionsNameTheStepWhoseVelocityWasExtended() {
    var forecast = new VelocityForecast(new PowerLaw(0.25), SIGMAS);
    List<float[]> latents = noise(1);
    forecast.computed(0, latents, velocities(latents, 1));
    assertThat(forecast.decision(0)).isEqualTo(new ForecastDecision.Computed());
    assertThat(forecast.computes(1)).isFalse();
    assertThat(forecast.decision(1)).isEqualTo(new ForecastDecision.Forecast(1));
    assertThat(forecast.decision(1).outcome()).isEqualTo("forecast");
  }

  @Test
  void noStepCanBeMadeBeforeOneIsComputed() {
    var forecast = new VelocityForecast(new PowerLaw(0.5), SIGMAS);
    assertThatThrownBy(() -> forecast.advance(0, noise(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneStepIsComputedAndReachesTheEnd() {
    var forecast = new VelocityForecast(new PowerLaw(0.1), new float[] {1, 0});
    List<float[]> latents = List.of(new float[] {3});
    assertThat(forecast.computes(0)).isTrue();
    forecast.computed(0, latents, List.of(new float[] {2}));
    forecast.advance(0, latents);
    assertThat(latents.getFirst()[0]).isCloseTo(1, within(0f));
  }

  private static double distance(List<float[]> a, List<float[]> b) {
    double most = 0;
    for (int image = 0; image < a.size(); image++) {
      for (int i = 0; i < a.get(image).length; i++) {
        most = Math.max(most, Math.abs((double) a.get(image)[i] - b.get(image)[i]));
      }
    }
    return most;
  }
}
