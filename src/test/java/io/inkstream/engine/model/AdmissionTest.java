package io.inkstream.engine.model;

import static io.inkstream.engine.cache.CacheDitKey.RESIDUAL_DIFF_THRESHOLD;
import static io.inkstream.engine.cache.CacheDitKey.SCM_POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.StepsComputationMask;
import io.inkstream.engine.cache.StepsComputationPolicy;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is worked out before drawing is what is drawn.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final int STEPS = 12;
  private static final DBCacheConfig CACHE = DBCacheConfig.sglangDefaults();

  private final DiffusionPipeline pipeline =
      PipelineLoader.load(
          new ModelSettings(TINY, Optional.empty(), Precision.FAST),
          OnnxRuntime.start(RuntimeSettings.defaults()));

  @AfterAll
  void close() {
    pipeline.close();
  }

  private static Stream<Approximation> known() {
    var mask = CACHE.with(new StepsComputationMask("110100010011"));
    return Stream.of(
        new Approximation.None(),
        forecast(Kind.BOTH_ENDS, 0.5),
        forecast(Kind.POWER_LAW, 0.3),
        new Approximation.Cache(mask.with(SCM_POLICY, StepsComputationPolicy.STATIC)),
        new Approximation.Cache(CACHE.with(RESIDUAL_DIFF_THRESHOLD, 0.0)),
        new Approximation.Cache(CACHE.with(RESIDUAL_DIFF_THRESHOLD, 1.0)));
  }

  private static Approximation forecast(Kind policy, double share) {
    return new Approximation.Forecast(
        new ForecastParams(Optional.of(policy), Optional.of(share), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("known")
  void costsThatAreKnownBeforeAreThoseOfTheDrawing(Approximation approximation) {
    var admitted = pipeline.admit(request().withApproximation(approximation));
    double expected = admitted.costs().left(0, 0);

    assertThat(admitted.costs().left(0, 1)).isCloseTo(expected, within(1e-9));
    assertThat(drawn(admitted)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void whatADifferenceDecidesIsDrawnWithinTheBounds() {
    for (double threshold : List.of(0.05, 0.2, 0.9)) {
      var cache = new Approximation.Cache(CACHE.with(RESIDUAL_DIFF_THRESHOLD, threshold));
      var admitted = pipeline.admit(request().withApproximation(cache));

      assertThat(drawn(admitted))
          .isBetween(admitted.costs().left(0, 1), admitted.costs().left(0, 0));
    }
  }

  @Test
  void theScheduleAndTheLoadAreTheRequests() {
    var admitted = pipeline.admit(request());

    assertThat(admitted.sigmas()).hasSize(STEPS + 1).endsWith(0);
    assertThat(admitted.load().tokens()).isEqualTo(4 * 4);
    assertThat(admitted.load().steps()).isEqualTo(STEPS);
    assertThat(admitted.forecast()).isEmpty();
  }

  private double drawn(AdmittedRequest admitted) {
    List<Double> costs = new ArrayList<>();
    var _ =
        pipeline.generate(
            admitted,
            event -> {
              if (event instanceof StepMade step) {
                costs.add(admitted.costs().of(step.cache(), step.forecast()));
              }
            },
            new CancellationSignal());
    return costs.stream().mapToDouble(cost -> cost).sum();
  }

  private static GenerationRequest request() {
    return GenerationRequest.of("a red apple").withCanvas(64, 64).withGuidance(STEPS, 4);
  }
}
