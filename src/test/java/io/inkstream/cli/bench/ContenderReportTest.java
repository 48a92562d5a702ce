package io.inkstream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.cli.bench.Contender.Family;
import io.inkstream.cli.bench.ContenderTrial.Took;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/// The three families' table, plot and lines.
class ContenderReportTest {
  @Test
  void aLineIsReadAsItWasWritten() {
    var trial = trial(Family.FEWER, "euler, 0.5 of the steps", 20, 7, 31.25);
    assertThat(ContenderTrial.parse(trial.line())).isEqualTo(trial);
    assertThat(trial.line().split(",(?=([^\"]*\"[^\"]*\")*[^\"]*$)"))
        .hasSameSizeAs(ContenderTrial.HEADER.split(","));
    assertThat(trial.isOf(new Scene("a sign that says \"HI\", red", 7, 256, 20, 4))).isTrue();
    assertThat(trial.isOf(new Scene("a sign that says \"HI\", red", 8, 256, 20, 4))).isFalse();
  }

  @Test
  void everyContenderIsNamedOnceAndEveryFamilyIsThere() {
    assertThat(Contender.grid()).extracting(Contender::name).doesNotHaveDuplicates();
    assertThat(Contender.grid()).extracting(Contender::family).contains(Family.values());
  }

  @Test
  void theReportHasMeansMediansAndBars() {
    List<ContenderTrial> trials = new ArrayList<>();
    trials.add(trial(Family.FORECAST, "power-law 0.5", 20, 1, 40));
    trials.add(trial(Family.FORECAST, "power-law 0.5", 20, 2, 42));
    trials.add(trial(Family.CACHE, "F1B0", 20, 1, 30));
    String report =
        new ContenderReport(List.of("a fact"), "a command", trials, ContenderPoint.of(trials), 96)
            .markdown();
    assertThat(report)
        .contains("| 20 steps, power-law 0.5 | 39 dB, 1.85× | 41.00 dB, 1.90× wall, 2.00× CPU |")
        .contains("| power-law 0.5 | 0.500 | 1.90× | 2.00× | 1.80× | 41.00 | 40.0 | 0.9900 |")
        .contains("| F1B0 | 0.500 |")
        .contains("- a fact", "    a command")
        .contains("Not finished: 2 of 96 scenes so far.");
  }

  @Test
  void thePlotHasAMarkerOfItsOwnForEachFamily() throws Exception {
    List<ContenderTrial> trials = new ArrayList<>();
    for (Family family : Family.values()) {
      trials.add(trial(family, "one of " + family, 20, 1, 30));
      trials.add(trial(family, "one of " + family, 50, 1, 35));
    }
    String svg = FrontierPlot.of(ContenderPoint.plot(ContenderPoint.of(trials), true), "speed");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    for (Family family : Family.values()) {
      assertThat(svg).contains(family.title(), "one of " + family);
    }
    assertThat(svg).contains("speed");
  }

  private static ContenderTrial trial(
      Family family, String name, int steps, long seed, double psnr) {
    return new ContenderTrial(
        family,
        name,
        steps,
        "a sign that says \"HI\", red",
        seed,
        0.5,
        new Took(new Cost(5, 5), new Cost(4, 4)),
        new Took(new Cost(9, 8), new Cost(8, 7.6)),
        new PictureLikeness(psnr, 0.99));
  }
}
