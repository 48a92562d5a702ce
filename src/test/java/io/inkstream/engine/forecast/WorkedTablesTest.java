package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.Calibrated;
import io.inkstream.engine.forecast.ForecastPolicy.MeanCache;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The policies against the tables that the research worked out.
class WorkedTablesTest {
  /// Step, next computed step, weight of its velocity, weight of the one before: 20 steps, half of
  /// them computed.
  private static final double[][] POWER_LAW = {
    {0, 1, -0.032947, 0.000000},
    {1, 2, -0.034297, 0.000000},
    {2, 3, -0.035731, 0.000000},
    {3, 5, -0.082017, 0.005878},
    {5, 7, -0.094244, 0.011156},
    {7, 9, -0.108925, 0.017892},
    {9, 12, -0.205468, 0.051335},
    {12, 14, -0.138781, 0.022076},
    {14, 17, -0.267836, 0.066905},
    {17, 20, -0.220287, 0.045291}
  };

  /// Step, weights of its velocity and of the two before: 10 of 20 steps, uncorrected.
  private static final double[][] BOTH_ENDS_20 = {
    {0, -0.03295, 0.0, 0.0},
    {1, -0.0343, 0.0, 0.0},
    {2, -0.07299, 0.0, 0.0},
    {4, -0.08231, 0.00281, 0.0},
    {6, -0.15027, 0.01676, 0.0},
    {9, -0.17479, 0.02066, 0.0},
    {12, -0.21305, 0.03311, 0.0},
    {15, -0.15428, 0.01659, 0.0},
    {17, -0.18621, 0.03121, 0.0},
    {19, -0.02, 0.0, 0.0}
  };

  /// The same of 17 of 50 steps, corrected.
  private static final double[][] BOTH_ENDS_50_17 = {
    {0, -0.01239, 0.0, 0.0},
    {1, -0.01258, 0.0, 0.0},
    {2, -0.02578, 0.0, 0.0},
    {4, -0.03427, 0.00764, 0.0},
    {6, -0.05468, 0.01424, -0.0012},
    {9, -0.06423, 0.0268, -0.00638},
    {12, -0.0698, 0.03019, -0.00654},
    {15, -0.10088, 0.0444, -0.00904},
    {19, -0.11233, 0.06173, -0.01997},
    {23, -0.12302, 0.06401, -0.01719},
    {27, -0.13455, 0.07235, -0.02036},
    {31, -0.18724, 0.09728, -0.02342},
    {36, -0.16939, 0.11221, -0.04291},
    {40, -0.18179, 0.09603, -0.02396},
    {44, -0.15026, 0.09532, -0.03455},
    {47, -0.10305, 0.05921, -0.01964},
    {49, -0.03587, 0.02562, -0.00975}
  };

  /// The same of 25 of 50.
  private static final double[][] BOTH_ENDS_50_25 = {
    {0, -0.01239, 0.0, 0.0},
    {1, -0.01258, 0.0, 0.0},
    {2, -0.01279, 0.0, 0.0},
    {3, -0.01299, 0.0, 0.0},
    {4, -0.01321, 0.0, 0.0},
    {5, -0.01343, 0.0, 0.0},
    {6, -0.03566, 0.00814, 0.0},
    {8, -0.03957, 0.01923, -0.00814},
    {10, -0.04155, 0.01631, -0.00422},
    {12, -0.04343, 0.0179, -0.00497},
    {14, -0.0453, 0.01927, -0.00557},
    {16, -0.07594, 0.03243, -0.00608},
    {19, -0.0557, 0.03953, -0.01845},
    {21, -0.08506, 0.03517, -0.00456},
    {24, -0.09121, 0.05546, -0.02196},
    {27, -0.0973, 0.05138, -0.01536},
    {30, -0.10387, 0.05547, -0.01679},
    {33, -0.11103, 0.05982, -0.01827},
    {36, -0.07936, 0.05027, -0.01983},
    {38, -0.1247, 0.05434, -0.00729},
    {41, -0.13372, 0.0853, -0.03483},
    {44, -0.09566, 0.06134, -0.0246},
    {46, -0.09111, 0.0382, -0.00899},
    {48, -0.04761, 0.02996, -0.01448},
    {49, -0.02, 0.0, 0.0}
  };

  static Stream<Arguments> bothEnds() {
    return Stream.of(
        Arguments.of(20, 0.5, BOTH_ENDS_20),
        Arguments.of(50, 0.34, BOTH_ENDS_50_17),
        Arguments.of(50, 0.5, BOTH_ENDS_50_25));
  }

  @ParameterizedTest
  @MethodSource("bothEnds")
  void theSegmentsOfBothEndsAreTheWorkedOnes(int steps, double share, double[][] worked) {
    var segments = segments(new BothEnds(share), Laboratory.sigmas(steps));
    assertThat(segments).hasSize(worked.length);
    for (int j = 0; j < worked.length; j++) {
      assertThat(segments.get(j).from()).isEqualTo((int) worked[j][0]);
      double[] weights = weights(segments.get(j), steps);
      for (int i = 0; i < 3; i++) {
        assertThat(weights[i]).as("%d, %d", j, i).isCloseTo(worked[j][i + 1], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20, 6, '0,2,5,10,15,19'",
    "20, 8, '0,1,3,6,9,13,17,19'",
    "20, 12, '0,1,2,3,4,6,8,11,13,16,18,19'",
    "28, 14, '0,1,2,3,5,7,9,12,14,17,20,23,26,27'",
    "50, 10, '0,2,5,10,15,22,30,38,45,49'",
    "50, 20, '0,1,2,3,4,6,9,11,14,17,20,24,27,31,35,38,42,45,47,49'",
    "8, 6, '0,1,2,4,6,7'",
    "20, 1, '0'"
  })
  void theStepsOfBothEndsAreTheWorkedOnes(int steps, int computed, String worked) {
    int[] expected = Arrays.stream(worked.split(",")).mapToInt(Integer::parseInt).toArray();
    assertThat(Spread.bothEnds(steps, computed)).containsExactly(expected);
  }

  /// Its own formula, step by step, with velocities that are numbers.
  @ParameterizedTest
  @ValueSource(ints = {25, 17, 10})
  void meanCachesSegmentsAreItsFormula(int computed) {
    float[] sigmas = Laboratory.sigmas(50);
    var segments = segments(new MeanCache(computed), sigmas);
    assertThat(segments).hasSize(computed);
    double[] v = new double[50];
    Map<Integer, Integer> spans = Map.of(16, 1, 24, 1, 32, 1, 40, 5, 43, 5, 45, 5);
    for (Segment segment : segments) {
      for (int i = segment.from(); i < segment.to(); i++) {
        v[i] = Math.sin(i) + 2;
        double[] weights = segment.velocityAt(i);
        if (i > segment.from() && computed == 25) {
          v[i] = extended(v, sigmas, i, spans.get(segment.from()));
        }
        if (computed == 25) {
          assertThat(weighed(weights, v, segments, segment)).isCloseTo(v[i], within(1e-12));
        }
      }
    }
  }

  private static double extended(double[] v, float[] s, int i, int span) {
    double way = (double) s[i] - s[i - span];
    double mean = 0;
    for (int q = i - span; q < i; q++) {
      mean += ((double) s[q + 1] - s[q]) * v[q] / way;
    }
    return v[i - 1] - (v[i - span] - mean) * ((double) s[i + 1] - s[i]) / way;
  }

  private static double weighed(
      double[] weights, double[] v, List<Segment> segments, Segment segment) {
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      sum += weights[j] * v[segments.get(segments.indexOf(segment) - j).from()];
    }
    return sum;
  }

  @Test
  void thePowerLawsSegmentsAreTheWorkedOnes() {
    var segments = segments(new PowerLaw(0.5), Laboratory.sigmas(20));
    assertThat(segments).hasSize(POWER_LAW.length);
    for (int j = 0; j < POWER_LAW.length; j++) {
      Segment segment = segments.get(j);
      assertThat(segment.from()).isEqualTo((int) POWER_LAW[j][0]);
      assertThat(segment.to()).isEqualTo((int) POWER_LAW[j][1]);
      double[] weights = weights(segment, 20);
      assertThat(weights[0]).isCloseTo(POWER_LAW[j][2], within(1e-5));
      assertThat(weights[1]).isCloseTo(POWER_LAW[j][3], within(1e-5));
    }
  }

  /// Of the calibrated tables, a few worked lines.
  @ParameterizedTest
  @CsvSource({
    "20, 10, 3, 5, -0.08710, 0.01185",
    "20, 10, 9, 11, -0.13003, 0.02991",
    "20, 10, 17, 20, -0.24262, 0.07416",
    "50, 20, 3, 5, -0.02987, 0.00393",
    "50, 20, 33, 37, -0.13311, 0.03965",
    "50, 20, 48, 50, -0.06780, 0.01724"
  })
  void aTablesSegmentsAreTheWorkedOnes(
      int steps, int computed, int from, int to, double own, double earlier) {
    var table = Laboratory.table(steps, computed);
    Segment segment =
        segments(new Calibrated(table), Laboratory.sigmas(steps)).stream()
            .filter(one -> one.from() == from)
            .findFirst()
            .orElseThrow();
    assertThat(segment.to()).isEqualTo(to);
    double[] weights = weights(segment, steps);
    assertThat(weights[0]).isCloseTo(own, within(1e-5));
    assertThat(weights[1]).isCloseTo(earlier, within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "4, 4", "7, 3", "28, 11", "50, 25", "100, 99", "997, 331"})
  void everyMaskBeginsAtZeroAscendsAndEndsWithinTheSteps(int steps, int computed) {
    for (int[] mask : List.of(Spread.powerLaw(steps, computed), Spread.bothEnds(steps, computed))) {
      assertThat(mask).hasSize(computed).startsWith(0).isSorted().doesNotHaveDuplicates();
      assertThat(mask[computed - 1]).isLessThan(steps);
    }
  }

  @Test
  void gainIsLinearBetweenItsPointsAndFlatBeyond() {
    assertThat(Gain.CAUTIOUS.at(0)).isEqualTo(.93);
    assertThat(Gain.CAUTIOUS.at(.155)).isCloseTo(.94, within(1e-12));
    assertThat(Gain.CAUTIOUS.at(.8)).isCloseTo(2.4, within(1e-12));
    assertThat(Gain.CAUTIOUS.at(1)).isCloseTo(2.1, within(1e-12));
    assertThat(Gain.CAUTIOUS.at(1.5)).isCloseTo(2.1, within(1e-12));
    assertThat(Gain.MEASURED.at(.01)).isCloseTo(.975, within(1e-12));
  }

  private static double[] weights(Segment segment, int steps) {
    return Arrays.copyOf(segment.latentsAt(segment.to(), Laboratory.sigmas(steps)), 3);
  }

  private static List<Segment> segments(ForecastPolicy policy, float[] sigmas) {
    Segments all = policy.segments(sigmas);
    List<Segments.Computed> made = new ArrayList<>(List.of(at(0)));
    List<Segment> segments = new ArrayList<>(List.of(all.after(made)));
    while (segments.getLast().to() < sigmas.length - 1) {
      made.addFirst(at(segments.getLast().to()));
      segments.add(all.after(made.subList(0, Math.min(made.size(), all.remembered()))));
    }
    return segments;
  }

  private static Segments.Computed at(int step) {
    return new Segments.Computed(step, List.of(), Defect.NONE);
  }
}
