package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.image.PngText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `generate` with `--forecast` and `--sampler`.
class ForecastOptionsTest {
  private static final String TINY = "src/test/resources/goldens/tiny";

  @TempDir private Path temp;

  @Test
  void aForecastIsSeenInProgressReportAndPicture() throws IOException {
    Path file = temp.resolve("pear.png");

    var run =
        draw(
            "--forecast", "0.5", "--forecast-policy", "both-ends", "--forecast-report", "-o", file);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("step 1/4 computed, ", "step 3/4 forecast, ")
        .contains(" step  velocity", "    3  forecast from step 1")
        .containsPattern(
            "2 of 4 steps forecast, estimated speed-up 2.00, error [0-9.]+ dB"
                + " \\(both-ends, computed 1 4\\)");
    assertThat(PngText.read(file).get("inkstream"))
        .contains("\"sampler\": \"Euler\"")
        .contains("\"forecast\": {\"policy\": \"both-ends\", \"share\": 0.5}")
        .contains("\"forecast_steps\": \"both-ends, computed 1 4\"", "\"estimated_error_db\": ");
  }

  @Test
  void variablesAreObeyedAndBeatenByOptions() {
    System.setProperty("inkstream.forecast.enabled", "true");
    System.setProperty("inkstream.forecast.policy", "both-ends");
    System.setProperty("inkstream.forecast.share", "0.8");
    try {
      String[] ten = {"--num-inference-steps", "10", "-o", temp.resolve("a.png").toString()};
      assertThat(draw((Object[]) ten).err()).contains("2 of 10 steps forecast");
      assertThat(draw("-o", temp.resolve("a.png"), "--forecast", "0.25").err())
          .contains("3 of 4 steps forecast");
      assertThat(draw("-o", temp.resolve("a.png")).err())
          .as("few steps")
          .doesNotContain("forecast");
      assertThat(draw("-o", temp.resolve("a.png"), "--forecast", "false").err())
          .doesNotContain("forecast");
      assertThat(draw("-o", temp.resolve("a.png"), "--enable-cache-dit").err())
          .contains("of 4 steps reused")
          .doesNotContain("forecast");
      assertThat(draw("-o", temp.resolve("a.png"), "--sampler", "ab2").err())
          .doesNotContain("forecast");
    } finally {
      System.clearProperty("inkstream.forecast.enabled");
      System.clearProperty("inkstream.forecast.policy");
      System.clearProperty("inkstream.forecast.share");
    }
  }

  @Test
  void anotherSamplerIsInThePicture() throws IOException {
    Path file = temp.resolve("pear.png");
    assertThat(draw("--sampler", "ab2", "-o", file).exitCode()).isZero();
    assertThat(PngText.read(file).get("parameters")).contains("Sampler: AB2");
  }

  @Test
  void aReportWithoutAForecastSaysSo() {
    assertThat(draw("--forecast-report", "-o", temp.resolve("a.png")).err())
        .contains("no forecast to report: give --forecast");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --forecast=2                             | --forecast share is 2.0, must be above 0 and at most 1
          --forecast=half                          | --forecast is 'half', must be a share above 0 and at most 1, true or false
          --forecast-policy=taylor                 | --forecast policy is 'taylor', must be one of [guarded, both-ends, calibrated, power-law, mean-cache]
          --forecast --enable-cache-dit            | --forecast is given with --enable-cache-dit, must be given without: one of them
          --forecast --sampler=ab2                 | --sampler is ab2, must be euler with forecast, which extends Euler's own velocities
          --sampler=heun                           | --sampler is heun, must be one of [euler, ab2]
          --forecast=false --forecast-tolerance=1  | --forecast is false, must be left out with a policy or a tolerance
          --forecast-policy=both-ends --forecast-tolerance=1 | --forecast tolerance is 1.0, must be left out unless the policy is guarded
          """)
  void whatIsWrongIsOneLine(String options, String line) {
    List<Object> words = new ArrayList<>(List.of("-q"));
    words.addAll(List.of(options.split(" ")));
    var run = draw(words.toArray());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("inkstream: " + line + "\n");
  }

  private static CapturedRun draw(Object... options) {
    List<Object> words =
        new ArrayList<>(List.of("generate", "--model-path", TINY, "--prompt", "a pear"));
    words.addAll(List.of("--size", "64x64", "--num-inference-steps", "4"));
    words.addAll(List.of(options));
    return CapturedRun.of(words.toArray());
  }
}
