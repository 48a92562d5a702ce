package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.pipeline.Admitted;
import io.inkstream.engine.pipeline.Draws;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.Load;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  @Test
  void workIsStepsTimesTokensTimesBranchesTimesPictures() {
    assertThat(Work.units(load(256, 512, 20, 4.0, 3))).isEqualTo(20.0 * 512 * 2 * 3);
    assertThat(Work.units(load(256, 512, 20, 1.0, 1))).isEqualTo(20.0 * 512);
  }

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

  private static Load load(int w, int h, int steps, double scale, int images) {
    var request =
        GenerationRequest.of("a")
            .withCanvas(w, h)
            .withGuidance(steps, scale)
            .withDraws(new Draws(List.of(1L), images));
    return Admitted.of(request).load();
  }
}
