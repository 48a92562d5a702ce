package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.forecast.ForecastPolicy.Calibrated;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void thePowerLawsSegmentsAreTheWorkedOnes() {
    var segments = segments(new PowerLaw(0.5), Laboratory.sigmas(20));
    assertThat(segments).hasSize(POWER_LAW.length);
    for (int j = 0; j < POWER_LAW.length; j++) {
      Segment segment = segments.get(j);
      assertThat(segment.from()).isEqualTo((int) POWER_LAW[j][0]);
      assertThat(segment.to()).isEqualTo((int) POWER_LAW[j][1]);
      assertThat(segment.ownWeight()).isCloseTo(POWER_LAW[j][2], within(1e-5));
      assertThat(segment.earlierWeight()).isCloseTo(POWER_LAW[j][3], within(1e-5));
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
    assertThat(segment.ownWeight()).isCloseTo(own, within(1e-5));
    assertThat(segment.earlierWeight()).isCloseTo(earlier, within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "4, 4", "7, 3", "28, 11", "50, 25", "100, 99", "997, 331"})
  void everyMaskBeginsAtZeroAscendsAndEndsWithinTheSteps(int steps, int computed) {
    int[] mask = PowerLawMask.of(steps, computed);
    assertThat(mask).hasSize(computed).startsWith(0).isSorted().doesNotHaveDuplicates();
    assertThat(mask[computed - 1]).isLessThan(steps);
  }

  @Test
  void gainIsLinearBetweenItsPointsAndFlatBeyond() {
    assertThat(Gain.at(0)).isEqualTo(.93);
    assertThat(Gain.at(.155)).isCloseTo(.94, within(1e-12));
    assertThat(Gain.at(.8)).isCloseTo(2.4, within(1e-12));
    assertThat(Gain.at(1)).isCloseTo(2.1, within(1e-12));
    assertThat(Gain.at(1.5)).isCloseTo(2.1, within(1e-12));
  }

  private static List<Segment> segments(ForecastPolicy policy, float[] sigmas) {
    Segments all = policy.segments(sigmas);
    List<Segment> segments = new ArrayList<>(List.of(all.first()));
    while (segments.getLast().to() < sigmas.length - 1) {
      var earlier = new Segments.Computed(segments.getLast().from(), List.of(), List.of());
      var now = new Segments.Computed(segments.getLast().to(), List.of(), List.of());
      segments.add(all.after(earlier, now));
    }
    return segments;
  }
}
