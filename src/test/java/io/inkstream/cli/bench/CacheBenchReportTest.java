package io.inkstream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.image.Pixels;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/// What `bench cache` draws, in which order, and what it makes of it.
class CacheBenchReportTest {
  private static final List<CacheSetting> GRID = CacheSetting.grid();

  private final List<String> drawn = new ArrayList<>();

  @Test
  void eachCachedPictureStandsBesideAnUncachedOneOfBothEngines() {
    round(20);

    assertThat(drawn.subList(0, 12))
        .containsExactly(
            "A 1", "B 1", "A none", "B none", "A 2", "B 2", "A 3", "B 3", "A none", "B none", "A 4",
            "B 4");
    assertThat(drawn).hasSize(2 * (GRID.size() + GRID.size() / 2));
  }

  @Test
  void speedupsComparePicturesOfTheSameEngine() {
    var points = CachePoint.of(round(20));

    // Engine A: 4 of 8 seconds, 2 of 6 of them in the steps. Engine B is as fast with as without.
    assertThat(points).hasSize(2 * GRID.size());
    var a = points.getFirst();
    assertThat(a.engine()).isEqualTo("A");
    assertThat(a.denoiseSpeedup()).isCloseTo(3, within(1e-12));
    assertThat(a.median(CacheTrial::pictureSpeedup)).isCloseTo(2, within(1e-12));
    assertThat(points.get(1).denoiseSpeedup()).isCloseTo(1, within(1e-12));
    assertThat(points.get(1).psnr()).isEqualTo(PictureLikeness.SAME);
  }

  @Test
  void theTableHasARowForEachSettingAndOneWithoutACache() {
    var report = new CacheBenchReport(List.of("Model: m"), "./inkstream bench cache", rounds());

    assertThat(report.markdown())
        .contains("## 20 steps (prompts: 1)", "## 50 steps (prompts: 1)", "- Model: m")
        .contains("| none | 0.0 | 0.0 | 1.00× | 1.00× | 1.00× | 1.00× | 8.00 | 8.00 |")
        .contains("| F4B4 W4 R0.2 MC3 | 12.0 | 12.0 | 3.00× | 1.00× | 2.00× | 1.00× | 4.00 |")
        .contains("- `a \"b\", c`, seed 3");
  }

  @Test
  void csvHasALineForEachTrial() {
    var lines = CacheCsv.of(rounds()).lines().toList();

    assertThat(lines).hasSize(1 + 4 * GRID.size());
    assertThat(lines.get(1))
        .startsWith(
            "A,\"F1B0 W4 R0.24 MC3 (SGLang's defaults)\",20,\"a \"\"b\"\", c\",3,12,28,4.000,");
    assertThat(lines).allMatch(line -> line.split(",", -1).length >= 15);
  }

  @Test
  void thePlotIsXmlWithAMarkerForEachPointThatChangesPictures() throws Exception {
    var points = CachePoint.of(rounds());
    var svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(FrontierPlot.of(points))));

    // Engine B's pictures are equal to those without a cache.
    int inLegend = 1;
    assertThat(svg.getElementsByTagName("circle").getLength())
        .isEqualTo(points.size() / 2 + inLegend);
    assertThat(svg.getDocumentElement().getTextContent())
        .contains("20 steps", "50 steps", "A", "F4B4 W4 R0.2 MC3");
  }

  @Test
  void settingsAreToldToTheReferenceInOneWord() {
    assertThat(GRID.stream().map(CacheSetting::wire))
        .noneMatch(wire -> wire.contains(" "))
        .contains(
            "{\"F\":1,\"B\":0,\"warmup\":4,\"rdt\":0.24,\"mc\":3}",
            "{\"F\":2,\"B\":1,\"warmup\":4,\"rdt\":0.4,\"mc\":4,\"taylor\":2}",
            "{\"F\":1,\"B\":0,\"warmup\":4,\"rdt\":0.24,\"mc\":3,\"scm\":\"fast\"}",
            "{\"F\":1,\"B\":0,\"warmup\":4,\"rdt\":0.24,\"mc\":3,\"dmd\":true}");
  }

  @Test
  void aMaskHasTheRequestsSteps() {
    var masks = GRID.stream().flatMap(setting -> setting.at(28).mask().stream()).toList();

    assertThat(masks).singleElement().satisfies(mask -> assertThat(mask.steps()).isEqualTo(28));
  }

  private List<CacheTrial> rounds() {
    List<CacheTrial> trials = new ArrayList<>(round(20));
    trials.addAll(round(50));
    return trials;
  }

  private List<CacheTrial> round(int steps) {
    List<CacheSubject> engines = List.of(new Painter("A", true), new Painter("B", false));
    return CacheTrial.round(engines, GRID, new Scene("a \"b\", c", 3, 16, steps, 4));
  }

  /// Draws at once, and says how long it took.
  private final class Painter implements CacheSubject {
    private final String name;
    private final boolean gains;

    Painter(String name, boolean gains) {
      this.name = name;
      this.gains = gains;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public CacheDrawing draw(Scene scene, Optional<CacheSetting> cache) {
      drawn.add(name + " " + cache.map(GRID::indexOf).map(i -> "" + (i + 1)).orElse("none"));
      boolean isCached = cache.isPresent();
      byte[] rgb = new byte[16 * 16 * 3];
      rgb[0] = (byte) (isCached && gains ? 9 : 0);
      double saved = isCached && gains ? 4 : 0;
      return new CacheDrawing(
          new Cost(8 - saved, 9 - saved),
          6 - saved,
          isCached ? 12 : 0,
          isCached ? 28 : 40,
          new Pixels(16, 16, rgb));
    }
  }
}
