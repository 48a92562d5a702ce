package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bench forecast-real`, of a model of two blocks.
class BenchForecastRealTest {
  @TempDir private Path temp;

  @Test
  void everyPolicyIsDrawnBesideThePictureInFull() throws IOException {
    Path prompts = Files.writeString(temp.resolve("prompts.txt"), "a pear\n");
    Path output = temp.resolve("real");
    Object[] words = {
      "bench",
      "forecast-real",
      "--model-path",
      "src/test/resources/goldens/tiny",
      "--steps",
      "10",
      "--size",
      "64",
      "--prompts",
      prompts,
      "--output",
      output
    };

    var run = CapturedRun.of(words);

    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> results = Files.readAllLines(output.resolve("results.csv"));
    assertThat(results).anySatisfy(line -> assertThat(line).contains("both-ends 0.34"));
    assertThat(results).anySatisfy(line -> assertThat(line).contains("guarded 0.34"));
    assertThat(results).noneSatisfy(line -> assertThat(line).contains("mean-cache"));
    List<String> changes = Files.readAllLines(output.resolve("velocity-1.csv"));
    assertThat(changes).hasSize(10).first().isEqualTo("step,sigma,change");
    assertThat(changes.get(1)).matches("2,0\\.[0-9]+,[0-9.]+");

    // When: again, nothing is drawn
    assertThat(CapturedRun.of(words).err()).doesNotContain("in full", "seed");
  }
}
