package io.inkstream.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private final StringWriter written = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void terminalLineShowsStepBarPercentageAndSecondsLeft() {
    var progress = progress(true);

    drawSteps(progress, 2, 4, 1.5);

    assertThat(lastDrawn())
        .isEqualTo("step 2/4 [############------------]  50%  3.0 s, 3.0 s left");
  }

  @Test
  void terminalLineIsDrawnInPlace() {
    var progress = progress(true);

    drawSteps(progress, 4, 4, 1);

    assertThat(written.toString()).doesNotContain("\n").startsWith("\r\u001b[2K");
  }

  @Test
  void terminalLineStaysBelow80ColumnsWithThousandsOfStepsAndPictures() {
    var progress = progress(true);
    progress.picture(9998, 10_000);

    drawSteps(progress, 9999, 10_000, 36_000);

    assertThat(lastDrawn()).hasSizeLessThan(80).startsWith("picture 9999/10000 step 9999/10000");
  }

  @Test
  void terminalIsLeftAtTheStartOfAnEmptyLine() {
    var progress = progress(true);
    drawSteps(progress, 1, 4, 1);

    progress.clear();

    assertThat(written.toString()).endsWith("\r\u001b[2K");
  }

  @Test
  void linesNameStagesAndEverySteps() {
    var progress = progress(false);

    progress.begin("loading a model");
    drawSteps(progress, 2, 2, 1);
    progress.accept(new StageBegan(Stage.DECODING));
    progress.done("saved a.png");

    assertThat(written.toString().lines())
        .containsExactly(
            "loading a model",
            "denoising",
            "step 1/2 1.0 s, 1.0 s left",
            "step 2/2 2.0 s, 0.0 s left",
            "decoding",
            "saved a.png");
  }

  @Test
  void linesOfAThousandStepsAreOneForEachPercent() {
    var progress = progress(false);

    drawSteps(progress, 1000, 1000, 1);

    assertThat(written.toString().lines().filter(line -> line.startsWith("step")))
        .hasSize(101)
        .contains("step 10/1000 10.0 s, 16:30 min left");
  }

  @Test
  void linesSayWhatTheCacheDid() {
    var progress = progress(false);
    progress.accept(new StageBegan(Stage.DENOISING));
    nanos.addAndGet(1_000_000_000);

    progress.accept(step(1, 2, List.of(reuse(0.10349), reuse(0.2))));
    var mixed = List.of(reuse(0.25), new CacheDecision.Extrapolate(OptionalDouble.empty()));
    progress.accept(step(2, 2, mixed));

    assertThat(written.toString().lines())
        .contains(
            "step 1/2 reused 0.103, 1.0 s, 1.0 s left",
            "step 2/2 reused/forecast 0.250, 1.0 s, 0.0 s left");
  }

  @Test
  void terminalLineSaysWhatTheCacheDidIfThereIsRoom() {
    var progress = progress(true);
    progress.accept(new StageBegan(Stage.DENOISING));
    nanos.addAndGet(36_000_000_000_000L);

    progress.accept(step(1, 4, List.of(new CacheDecision.Reuse(OptionalDouble.empty()))));
    assertThat(lastDrawn()).endsWith(" left  reused").hasSizeLessThan(80);

    progress.picture(9998, 10_000);
    progress.accept(step(5000, 10_000, List.of(reuse(0.103))));
    assertThat(lastDrawn()).endsWith(" left").hasSizeLessThan(80);
  }

  private static StepMade step(int step, int steps, List<CacheDecision> cache) {
    return new StepMade(step, steps, List.of(), cache, Optional.empty(), new CountedPrediction(0));
  }

  private static CacheDecision reuse(double diff) {
    return new CacheDecision.Reuse(OptionalDouble.of(diff));
  }

  @ParameterizedTest
  @CsvSource({"0,0.0 s", "59.94,59.9 s", "59.96,1:00 min", "125,2:05 min", "3725,1:02:05 h"})
  void durationsReadWell(double seconds, String text) {
    assertThat(StepClock.duration(seconds)).isEqualTo(text);
  }

  private Progress progress(boolean terminal) {
    return Progress.on(new PrintWriter(written, true), terminal, nanos::get);
  }

  private void drawSteps(Progress progress, int made, int steps, double secondsEach) {
    progress.accept(new StageBegan(Stage.DENOISING));
    for (int step = 1; step <= made; step++) {
      nanos.addAndGet((long) (secondsEach * 1e9));
      progress.accept(step(step, steps, List.of()));
    }
  }

  private String lastDrawn() {
    String all = written.toString();
    return all.substring(all.lastIndexOf("\u001b[2K") + 4);
  }
}
