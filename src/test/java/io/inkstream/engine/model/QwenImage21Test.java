package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QwenImage21Test {
  private static final Path FOLDER = Path.of("src/test/resources/goldens/qwen21");
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a red fox").withCanvas(64, 96).withGuidance(4, 1);

  private final OnnxRuntime runtime = OnnxRuntime.start(RuntimeSettings.defaults());
  private final DiffusionPipeline base = load("tiny21", Precision.FAST);
  private final DiffusionPipeline turbo = load("tiny21-turbo", Precision.FAST);

  private DiffusionPipeline load(String snapshot, Precision precision) {
    return PipelineLoader.load(
        new ModelSettings(FOLDER.resolve(snapshot), Optional.empty(), precision), runtime);
  }

  @AfterAll
  void everyNativeTensorAndSubgraphIsClosed() {
    base.close();
    turbo.close();
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static List<DrawingEvent> events(DiffusionPipeline pipeline, GenerationRequest request) {
    List<DrawingEvent> events = new ArrayList<>();
    pipeline.generate(request, events::add, new CancellationSignal());
    return events;
  }

  private static GeneratedImage draw(DiffusionPipeline pipeline, GenerationRequest request) {
    return pipeline.generate(request, _ -> {}, new CancellationSignal()).getFirst();
  }

  @Test
  void itDrawsFromWordsAndEditsPictures() {
    assertThat(base.tasks()).containsExactly(Task.TEXT_TO_IMAGE, Task.IMAGE_EDIT);
  }

  @Test
  void turboMakesItsOwnStepsWithoutGuidanceWhateverIsAsked() {
    var asked = turbo.admit(REQUEST.withGuidance(30, 4));

    assertThat(asked.request().guidance().steps()).isEqualTo(8);
    assertThat(asked.request().usesTrueCfg()).isFalse();
    assertThat(asked.sigmas()).hasSize(9).startsWith(1, 0.978453f).endsWith(0.414568f, 0);
    assertThat(draw(turbo, REQUEST.withGuidance(30, 4)).pixels())
        .isEqualTo(draw(turbo, REQUEST.withGuidance(8, 1)).pixels());
  }

  @Test
  void aRepeatedPromptCostsNoPrefix() {
    draw(base, REQUEST);
    long before = Subgraph.runs();
    draw(base, REQUEST);
    long repeated = Subgraph.runs() - before;
    before = Subgraph.runs();
    draw(base, GenerationRequest.of("another one").withCanvas(64, 96).withGuidance(4, 1));

    // The text encoder's one graph, the text's way in, and four blocks.
    assertThat(Subgraph.runs() - before).isEqualTo(repeated + 6);
  }

  @Test
  void aRememberedPrefixGivesTheSamePicture() {
    var request = REQUEST.withDraws(Draws.of(5));
    var computed = draw(base, request);

    assertThat(draw(base, request).pixels()).isEqualTo(computed.pixels());
  }

  @Test
  void weightsThatStayInTheirFilesDrawTheSamePicture() {
    try (var mapped = load("tiny21", Precision.LOW_MEMORY)) {
      assertThat(draw(mapped, REQUEST).pixels()).isEqualTo(draw(base, REQUEST).pixels());
    }
  }

  @Test
  void picturesAreTransparentWhereTheModelDrawsThemSo() {
    var pixels = draw(base, REQUEST).pixels();

    assertThat(pixels.alpha()).isPresent();
    assertThat(pixels.width()).isEqualTo(64);
    assertThat(pixels.height()).isEqualTo(96);
  }

  @Test
  void picturesOnTheWayAreTransparentToo() {
    List<Boolean> transparent = new ArrayList<>();
    base.generate(
        REQUEST,
        event -> {
          if (event instanceof StepMade step) {
            transparent.add(step.prediction().sketch(0).alpha().isPresent());
            transparent.add(step.prediction().smallPicture(0).alpha().isPresent());
            transparent.add(step.prediction().picture(0).alpha().isPresent());
          }
        },
        new CancellationSignal());

    assertThat(transparent).hasSize(12).containsOnly(true);
  }

  @Test
  void sidesAreCutToMultiplesOfThirtyTwo() {
    var pixels = draw(base, REQUEST.withCanvas(95, 70)).pixels();

    assertThat(pixels.width()).isEqualTo(64);
    assertThat(pixels.height()).isEqualTo(64);
    assertThatThrownBy(() -> base.admit(REQUEST.withCanvas(31, 64)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("each side must be 32 pixels or more");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aCacheReusesBlocksOfThePictureAlone(int lastBlocks) {
    var cache =
        CacheDitParams.of(
                Map.of(
                    "Fn_compute_blocks",
                    1,
                    "Bn_compute_blocks",
                    lastBlocks,
                    "residual_diff_threshold",
                    10.0,
                    "max_warmup_steps",
                    2))
            .toConfig(8);
    var request = REQUEST.withSteps(8).withCache(Optional.of(cache));

    var used =
        events(base, request).stream()
            .filter(CacheUsed.class::isInstance)
            .map(CacheUsed.class::cast)
            .findFirst()
            .orElseThrow();

    assertThat(used.stats().branches().getFirst().cachedSteps()).isNotEmpty();
  }

  @Test
  void aCacheThatComputesEverythingChangesNothing() {
    var cache =
        CacheDitParams.of(Map.of("residual_diff_threshold", 0.0, "Bn_compute_blocks", 1))
            .toConfig(4);

    assertThat(draw(base, REQUEST.withCache(Optional.of(cache))).pixels())
        .isEqualTo(draw(base, REQUEST).pixels());
  }

  @Test
  void stepsAreForecast() {
    var request =
        REQUEST
            .withSteps(12)
            .withApproximation(new Approximation.Forecast(ForecastParams.ofShare(0.5)));

    assertThat(events(base, request)).anyMatch(ForecastUsed.class::isInstance);
  }

  @Test
  void aCancelledDrawingEnds() {
    var signal = new CancellationSignal();

    assertThatThrownBy(() ->
            base.generate(
                REQUEST,
                event -> {
                  if (event instanceof StepMade) {
                    signal.cancel();
                  }
                },
                signal))
        .isInstanceOf(CancelledException.class);
  }
}
