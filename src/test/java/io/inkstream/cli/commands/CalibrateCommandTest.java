package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.image.PngText;
import io.inkstream.engine.model.ForecastTableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  private static final String TINY = "src/test/resources/goldens/tiny";

  @TempDir private Path temp;

  @Test
  void makesTablesThatPicturesAreThenDrawnWith() throws IOException {
    // Given
    Path prompts = Files.writeString(temp.resolve("prompts.txt"), "a red apple\n\n a dog \n");
    Path file = temp.resolve("tables.json");
    List<Object> command =
        List.of(
            "calibrate",
            "--model-path",
            TINY,
            "--steps",
            "6,8",
            "--share",
            "0.5,0.75",
            "--size",
            "64x64",
            "--prompts",
            prompts,
            "--output",
            file);

    // When
    var run = CapturedRun.of(command.toArray());

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(file + System.lineSeparator());
    assertThat(run.err())
        .contains("expected of calibrated", "expected of both-ends", "expected of power-law")
        .containsPattern("\n  take (calibrated|both-ends, or guarded|power-law)\n");
    var tables = ForecastTableFile.read(file);
    assertThat(tables.entries())
        .extracting(entry -> entry.table().computed().size())
        .containsExactly(3, 5, 4, 6);
    assertThat(tables.entries()).allSatisfy(entry -> assertThat(entry.latentDb()).isPositive());

    // When: again
    var again = CapturedRun.of(command.toArray());

    // Then: nothing is drawn
    assertThat(again.err()).contains("6 steps: all tables are there").doesNotContain("recording");

    // When: a picture
    System.setProperty("inkstream.forecast.table", file.toString());
    try {
      Path picture = temp.resolve("apple.png");
      var drawn =
          CapturedRun.of(
              "generate",
              "--model-path",
              TINY,
              "--prompt",
              "a pear",
              "--size",
              "64x64",
              "--num-inference-steps",
              "8",
              "--forecast",
              "0.5",
              "-o",
              picture);
      assertThat(drawn.exitCode()).as(drawn.err()).isZero();
      assertThat(drawn.err())
          .contains("4 of 8 steps forecast")
          .contains("(calibrated, computed 1 ");
      assertThat(PngText.read(picture).get("inkstream"))
          .contains("\"forecast\": {\"policy\": \"calibrated\", \"share\": 0.5}");
    } finally {
      System.clearProperty("inkstream.forecast.table");
    }
  }

  @Test
  void aTableIsForTheAdaptersThatActed() throws IOException {
    Path file = temp.resolve("tables.json");
    Path prompts = Files.writeString(temp.resolve("prompts.txt"), "a pear\n");
    String adapter = GenerateWithAdaptersTest.ADAPTERS + "/style.ab_tr.safetensors";
    var calibrated =
        words(
            "calibrate --model-path %s --lora-path %s --steps 6 --share 0.5 --size 64x64"
                    .formatted(TINY, adapter)
                + " --prompts "
                + prompts
                + " --output "
                + file);
    assertThat(calibrated.exitCode()).as(calibrated.err()).isZero();
    System.setProperty("inkstream.forecast.table", file.toString());
    try {
      String draw =
          "generate --model-path %s --prompt pear --size 64x64 --num-inference-steps 6"
                  .formatted(TINY)
              + " --forecast 0.5 -o "
              + temp.resolve("pear.png");

      assertThat(words(draw + " --lora-path " + adapter).err()).contains("(calibrated,");
      assertThat(words(draw + " --lora-path " + adapter + ":0.5").err()).contains("(guarded,");
      assertThat(words(draw).err()).contains("(guarded,");
    } finally {
      System.clearProperty("inkstream.forecast.table");
    }
  }

  private static CapturedRun words(String line) {
    return CapturedRun.of((Object[]) line.split(" "));
  }

  @Test
  void wrongNumbersAreNamed() {
    assertThat(CapturedRun.of("calibrate", "--model-path", TINY, "--share", "1.5").err())
        .isEqualTo("inkstream: --share is 1.5, must be above 0 and at most 1\n");
    assertThat(CapturedRun.of("calibrate", "--model-path", TINY, "--steps", "1").err())
        .isEqualTo("inkstream: --steps is 1, must be 2 to 1000\n");
  }
}
