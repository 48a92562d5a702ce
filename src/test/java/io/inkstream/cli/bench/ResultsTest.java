package io.inkstream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.cli.bench.Contender.Family;
import io.inkstream.engine.image.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept of a run.
class ResultsTest {
  private static final Scene SCENE = new Scene("a sign that says \"HI\", red", 7, 256, 20, 4);

  @TempDir private Path folder;

  @Test
  void aLineHoldsWhatWasMeasured() throws Exception {
    Results.in(folder).add(List.of(trial("euler, 0.5 of the steps")));

    String place = "pictures/20-7-" + Integer.toHexString(SCENE.prompt().hashCode());
    assertThat(Files.readAllLines(folder.resolve("results.csv")))
        .containsExactly(
            Trial.HEADER,
            "Inkstream,fewer,\"euler, 0.5 of the steps\",20,\"a sign that says \"\"HI\"\", red\",7,"
                + "0,20,0.5000,5.000,6.000,4.000,4.500,9.000,8.000,8.500,7.600,"
                + place
                + "/inkstream-fewer-euler-0-5-of-the-steps.png,"
                + place
                + "/inkstream-full.png");
  }

  @Test
  void bothPicturesOfATrialAreKept() throws Exception {
    var trial = trial("s");
    Results.in(folder).add(List.of(trial));

    assertThat(folder.resolve(trial.picture())).isRegularFile();
    assertThat(folder.resolve(trial.fullPicture())).isRegularFile();
    assertThat(Files.readAllBytes(folder.resolve(trial.picture())))
        .isNotEqualTo(Files.readAllBytes(folder.resolve(trial.fullPicture())));
  }

  @Test
  void anInterruptedRunGoesOnWithTheScenesThatItLacks() throws Exception {
    Results.in(folder).add(List.of(trial("s")));

    var later = Results.goingOnIn(folder);

    assertThat(later.has(SCENE)).isTrue();
    assertThat(later.has(SCENE.withSteps(28))).isFalse();
    assertThat(later.has(new Scene(SCENE.prompt(), 8, 256, 20, 4))).isFalse();
    assertThat(Results.in(folder).has(SCENE)).isFalse();
    assertThat(folder.resolve("results.csv")).content().isEqualTo(Trial.HEADER + "\n");
  }

  private static Trial trial(String setting) {
    var full = new Drawing(new Cost(9, 8), new Cost(8.5, 7.6), 0, 40, 1, grey(0));
    var own = new Drawing(new Cost(5, 6), new Cost(4, 4.5), 0, 20, 1, grey(9));
    return new Trial("Inkstream", Family.FEWER, setting, SCENE, own, full);
  }

  private static Pixels grey(int value) {
    byte b = (byte) value;
    return new Pixels(1, 1, new byte[] {b, b, b});
  }
}
