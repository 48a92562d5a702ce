package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  @Test
  void evenBeforeAnythingWasMeasuredMoreWorkTakesLonger() {
    assertThat(pace.expected(2)).isGreaterThan(pace.expected(1)).isPositive();
  }

  @Test
  void whatWasMeasuredIsExpected() {
    pace.measured(Duration.ofSeconds(3), 100);
    pace.measured(Duration.ofSeconds(1), 0); // the decoding
    assertThat(pace.expected(50).toMillis()).isCloseTo(2000, Percentage.withPercentage(3));
  }

  @Test
  void aNewPaceReplacesTheOldOne() {
    for (int i = 0; i < 100; i++) {
      pace.measured(Duration.ofSeconds(1), 1);
    }
    for (int i = 0; i < 300; i++) {
      pace.measured(Duration.ofSeconds(2), 1);
    }
    assertThat(pace.expected(1).toMillis()).isCloseTo(2000, Percentage.withPercentage(1));
  }
}
