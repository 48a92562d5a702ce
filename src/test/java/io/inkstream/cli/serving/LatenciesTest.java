package io.inkstream.cli.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenciesTest {
  /// What numpy.percentile says of them.
  @Test
  void percentilesAreNumpys() {
    var latencies = new Latencies(new double[] {4, 1, 2.5, 10});

    assertThat(latencies.percentile(50)).isEqualTo(3.25);
    assertThat(latencies.percentile(90)).isCloseTo(8.2, within(1e-12));
    assertThat(latencies.percentile(99)).isCloseTo(9.82, within(1e-12));
    assertThat(latencies.percentile(100)).isEqualTo(10);
    assertThat(latencies.mean()).isEqualTo(4.375);
    assertThat(new Latencies(new double[] {7}).percentile(99)).isEqualTo(7);
    assertThat(new Latencies(new double[0]).percentile(99)).isZero();
  }

  @Test
  void aHistogramSaysWhatSoManyAnswersTookAtMost() {
    var histogram = new Latencies(new double[] {4, 1, 2.5, 10}).histogram();

    assertThat(Latencies.seconds(histogram, 50)).isCloseTo(2.5, within(0.0025));
    assertThat(Latencies.seconds(histogram, 75)).isCloseTo(4, within(0.004));
    assertThat(Latencies.seconds(histogram, 99)).isCloseTo(10, within(0.01));
  }

  /// The cookbook's own run: one picture after the other, 20.6 s each, cut after 300 s.
  @Test
  void theCookbooksFigureIsFound() {
    double[] served = new double[14];
    for (int i = 0; i < served.length; i++) {
      served[i] = 20.6 * (i + 1);
    }
    assertThat(new Latencies(served).percentile(99)).isCloseTo(285.5, within(0.3));
    assertThat(new Latencies(served).mean()).isCloseTo(154.5, within(0.1));
  }
}
