package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole pictures with a forecast, on a model of a few blocks.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForecastPicturesTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final int STEPS = 12;

  private final DiffusionPipeline pipeline =
      PipelineLoader.load(
          new ModelSettings(TINY, Optional.empty(), Precision.FAST),
          OnnxRuntime.start(RuntimeSettings.defaults()));

  @AfterAll
  void close() {
    pipeline.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 4})
  void aShareOfOneChangesNoBit(double scale) {
    var all = request(scale, STEPS).withApproximation(forecast(1.0));
    assertThat(draw(all)).isEqualTo(draw(request(scale, STEPS)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 4})
  void picturesOfABatchAreThoseDrawnAlone(double scale) {
    var both = draw(request(scale, STEPS).withApproximation(forecast(0.5)));
    var first = one(scale, 1L).withApproximation(forecast(0.5));
    var second = one(scale, 2L).withApproximation(forecast(0.5));
    assertThat(both).isEqualTo(List.of(draw(first).getFirst(), draw(second).getFirst()));
  }

  @Test
  void everyStepIsHeardOfAndSaysWhetherItWasForecast() {
    // Given
    var journal = new DrawingJournal();
    List<Integer> heard = new ArrayList<>();
    Consumer<DrawingEvent> steps =
        event -> {
          if (event instanceof StepMade step) {
            heard.add(step.step());
            assertThat(step.cache()).isEmpty();
          }
        };

    // When
    draw(request(4, STEPS).withApproximation(forecast(0.5)), journal.andThen(steps));

    // Then: 12 steps, 6 computed: round(12 (j/6)^1.5)
    assertThat(heard).hasSize(STEPS).isSorted();
    assertThat(journal.forecastSteps().stream().map(ForecastDecision::outcome))
        .containsExactly(
            "computed",
            "computed",
            "computed",
            "forecast",
            "computed",
            "forecast",
            "forecast",
            "computed",
            "forecast",
            "computed",
            "forecast",
            "forecast");
    assertThat(journal.forecastSteps().get(3)).isEqualTo(new ForecastDecision.Forecast(3));
    assertThat(journal.forecast().orElseThrow().computed()).containsExactly(1, 2, 3, 5, 8, 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void fewStepsAreForecastToo(int steps) {
    var journal = new DrawingJournal();
    assertThat(draw(request(4, steps).withApproximation(forecast(0.5)), journal)).hasSize(2);
    assertThat(journal.forecast().orElseThrow().computed()).hasSize(Math.ceilDiv(steps, 2));
  }

  @Test
  void aForecastIsCancelledAtASkippedStep() {
    // Given
    var signal = new CancellationSignal();
    List<Integer> heard = new ArrayList<>();
    Consumer<DrawingEvent> cancelling =
        event -> {
          if (event instanceof StepMade step) {
            heard.add(step.step());
            if (step.step() == 3) {
              signal.cancel(); // the next one is not computed
            }
          }
        };
    var request = request(4, STEPS).withApproximation(forecast(0.5));

    // When, then
    assertThatThrownBy(() -> pipeline.generate(request, cancelling, signal))
        .isInstanceOf(CancelledException.class);
    assertThat(heard).containsExactly(1, 2, 3);
  }

  @Test
  void aTableThatIsNotThereIsRefusedBeforeAnyWork() {
    var params = ForecastFields.of(Map.of("policy", "calibrated")).params();
    var request = request(4, STEPS).withApproximation(new Approximation.Forecast(params));
    assertThatThrownBy(() -> pipeline.admit(request))
        .isInstanceOfSatisfying(
            InvalidRequestException.class, e -> assertThat(e.parameter()).isEqualTo("forecast"))
        .hasMessageContaining("no table for 6 of 12 steps at this size");
  }

  @Test
  void anotherSamplerDrawsAnotherPictureAndTakesNoForecast() {
    var ab2 = request(4, STEPS).withSampler(Sampler.AB2);
    assertThat(draw(ab2)).isNotEqualTo(draw(request(4, STEPS)));
    assertThatThrownBy(() -> ab2.withApproximation(forecast(0.5)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "sampler is ab2, must be euler with forecast, which extends Euler's own velocities");
  }

  private List<Pixels> draw(GenerationRequest request) {
    return draw(request, event -> {});
  }

  private List<Pixels> draw(GenerationRequest request, Consumer<DrawingEvent> listener) {
    return pipeline.generate(request, listener, new CancellationSignal()).stream()
        .map(image -> image.pixels())
        .toList();
  }

  private static Approximation forecast(double share) {
    return new Approximation.Forecast(
        ForecastFields.of(Map.of("policy", "power-law", "share", share)).params());
  }

  private static GenerationRequest request(double scale, int steps) {
    return GenerationRequest.of("a red apple")
        .withCanvas(64, 64)
        .withGuidance(steps, scale)
        .withDraws(Draws.of(1, 2));
  }

  private static GenerationRequest one(double scale, long seed) {
    return request(scale, STEPS).withDraws(Draws.of(seed));
  }
}
