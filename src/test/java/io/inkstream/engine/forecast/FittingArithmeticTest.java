package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The choice of steps and the fit of weights.
class FittingArithmeticTest {
  private static final float[] SIGMAS = {1, .95f, .88f, .8f, .7f, .58f, .44f, .28f, .1f, 0};
  private static final int STEPS = SIGMAS.length - 1;

  @Test
  void theRidgeFitSolvesItsEquations() {
    double[][] a = {{2, 0.5, 0.3}, {0.5, 1, 0.2}, {0.3, 0.2, 3}};
    double[] y = {3, 1, -2};
    var fit = new RidgeFit(3);
    for (int j = 0; j < 3; j++) {
      fit.wants(j, y[j]);
      for (int k = 0; k < 3; k++) {
        fit.knows(j, k, a[j][k]);
      }
    }
    double[] weights = fit.solve(0.1);
    for (int j = 0; j < 3; j++) {
      double sum = 0.1 * a[j][j] * weights[j];
      for (int k = 0; k < 3; k++) {
        sum += a[j][k] * weights[k];
      }
      assertThat(sum).isCloseTo(y[j], within(1e-12));
    }
  }

  @Test
  void aFitWithoutInformationIsNothing() {
    assertThat(new RidgeFit(2).solve(1e-3)).containsExactly(0, 0);
  }

  @Test
  void aSecondVelocityHelpsWhereTheyLieOnALine() {
    List<float[]> line = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      line.add(new float[] {1 - SIGMAS[t], 2 + SIGMAS[t], 3});
    }
    var error = new SegmentError(List.of(Recording.of(line, new float[] {1, 1, 1})), SIGMAS);
    assertThat(error.of(2, 3, 4)).isZero();
    assertThat(error.of(2, 3, 6)).isLessThan(0.1 * error.of(-1, 3, 6));
  }

  /// Every mask of the allowed gaps is tried.
  @ParameterizedTest
  @CsvSource({"2", "3", "4", "6", "8", "9"})
  void theMaskIsTheBestOfAll(int computed) {
    List<Recording> recordings = List.of(random(1), random(2), random(3));
    var error = new SegmentError(recordings, SIGMAS);
    int widest = Math.max(3, Math.ceilDiv(STEPS, computed));
    List<Integer> best = List.of();
    double least = Double.POSITIVE_INFINITY;
    for (int bits = 0; bits < 1 << STEPS; bits++) {
      List<Integer> mask = mask(bits);
      if (mask.size() == computed && mask.getFirst() == 0 && isNarrow(mask, widest)) {
        double sum = sum(error, mask);
        if (sum < least) {
          least = sum;
          best = mask;
        }
      }
    }
    assertThat(MaskSearch.of(recordings, SIGMAS, computed)).isEqualTo(best);
  }

  @Test
  void weightsAreFittedToTheRecordedLatents() {
    // Given: what is recorded lies on a known combination of the velocities
    float[] v0 = {1, 0, 2};
    float[] v1 = {0, 1, 1};
    var refit = new Refit(new float[] {1, .6f, 0}, List.of(0, 1), new double[] {1});
    List<float[]> latents = List.of(new float[3]);

    // When
    refit.advance(latents, List.of(v0), List.of(combination(v0, -0.5, v0, 0)));
    float[] drifted = latents.getFirst().clone();
    float[] target = combination(v1, -0.7, v0, 0.2);
    for (int i = 0; i < 3; i++) {
      target[i] += drifted[i];
    }
    refit.advance(latents, List.of(v1), List.of(target));

    // Then
    var weights = refit.table("").weights();
    assertThat(weights.get(0).own()).isCloseTo(-0.5, within(1e-3));
    assertThat(weights.get(1).own()).isCloseTo(-0.7, within(1e-3));
    assertThat(weights.get(1).earlier()).isCloseTo(0.2, within(1e-3));
    assertThat(latents.getFirst()[2]).isCloseTo(target[2], within(1e-3f));
  }

  private static float[] combination(float[] a, double ofA, float[] b, double ofB) {
    float[] sum = new float[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) (ofA * a[i] + ofB * b[i]);
    }
    return sum;
  }

  private static Recording random(long seed) {
    var random = new SplittableRandom(seed);
    List<float[]> velocities = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      float[] v = new float[16];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) (i + random.nextGaussian());
      }
      velocities.add(v);
    }
    return Recording.of(velocities, velocities.getLast());
  }

  private static List<Integer> mask(int bits) {
    List<Integer> mask = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      if ((bits >> step & 1) == 1) {
        mask.add(step);
      }
    }
    return mask.isEmpty() ? List.of(-1) : mask;
  }

  private static boolean isNarrow(List<Integer> mask, int widest) {
    for (int j = 0; j < mask.size(); j++) {
      int next = j + 1 < mask.size() ? mask.get(j + 1) : STEPS;
      if (next - mask.get(j) > widest + 1) {
        return false;
      }
    }
    return true;
  }

  private static double sum(SegmentError error, List<Integer> mask) {
    double sum = 0;
    for (int j = 0; j < mask.size(); j++) {
      int next = j + 1 < mask.size() ? mask.get(j + 1) : STEPS;
      sum += error.of(j == 0 ? -1 : mask.get(j - 1), mask.get(j), next);
    }
    return sum;
  }
}
