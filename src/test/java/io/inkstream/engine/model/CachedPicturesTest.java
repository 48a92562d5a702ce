package io.inkstream.engine.model;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.StepsComputationMask;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole pictures with a cache, on a model of a few blocks.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachedPicturesTest {
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
  void aThresholdOfZeroChangesNoBit(double scale) {
    var cache = config(Map.of("residual_diff_threshold", 0, "Bn_compute_blocks", 1));
    assertThat(draw(request(scale, cache))).isEqualTo(draw(request(scale, Optional.empty())));
  }

  @Test
  void aMaskOfAllOnesChangesNoBit() {
    var mask = new StepsComputationMask("1".repeat(STEPS));
    var cache = DBCacheConfig.sglangDefaults().with(RESIDUAL_DIFF_THRESHOLD, 1.0).with(mask);
    assertThat(draw(request(4, Optional.of(cache)))).isEqualTo(draw(request(4, Optional.empty())));
  }

  @Test
  void reuseChangesThePicture() {
    var cache = config(Map.of("residual_diff_threshold", 1));
    assertThat(draw(request(4, cache))).isNotEqualTo(draw(request(4, Optional.empty())));
  }

  @Test
  void requestsAtOnceShareNoState() throws InterruptedException, ExecutionException {
    // Given
    List<GenerationRequest> requests =
        List.of(
            request(4, config(Map.of("residual_diff_threshold", 1, "enable_taylorseer", true))),
            request(4, config(Map.of("residual_diff_threshold", 0.5, "Bn_compute_blocks", 1))),
            request(1, config(Map.of("residual_diff_threshold", 1, "enable_dmd", true))));
    List<List<Pixels>> alone = requests.stream().map(this::draw).toList();

    // When
    try (var workers = Executors.newFixedThreadPool(requests.size())) {
      var together =
          workers.invokeAll(
              requests.stream().<Callable<List<Pixels>>>map(r -> () -> draw(r)).toList());

      // Then
      for (int i = 0; i < requests.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"none, 1", "none, 4", "enable_taylorseer, 4", "enable_dmd, 4"})
  void rememberedTensorsDoNotGrowWithTheSteps(String calibrator, double scale) {
    // Given: 6 residuals at most, so that all are there by the 10th step
    Map<String, Object> params =
        calibrator.equals("none")
            ? Map.of("residual_diff_threshold", 0.3)
            : Map.of("residual_diff_threshold", 0.3, calibrator, true);
    var request = request(scale, Optional.of(CacheDitParams.of(params).toConfig(40)), 40);
    List<Long> open = new ArrayList<>();

    // When
    draw(
        request,
        event -> {
          if (event instanceof StepMade step) {
            open.add(Tensor.open());
          }
        });

    // Then
    assertThat(open.subList(20, 40)).containsOnly(open.get(19));
  }

  @Test
  void statsAddUp() {
    var random = RandomGenerator.of("L64X128MixRandom");
    for (int round = 0; round < 8; round++) {
      // Given
      int branches = 1 + random.nextInt(2);
      var cache =
          config(
              Map.of(
                  "residual_diff_threshold", random.nextDouble(),
                  "max_warmup_steps", random.nextInt(STEPS),
                  "max_continuous_cached_steps", random.nextInt(-1, 4)));
      var journal = new DrawingJournal();
      List<CacheStats> stats = new ArrayList<>();

      // When
      draw(
          request(branches == 2 ? 4 : 1, cache),
          journal.andThen(event -> {
            if (event instanceof CacheUsed(CacheStats made, int _)) {
              stats.add(made);
            }
          }));

      // Then
      var summary = journal.cache().orElseThrow();
      CacheStats made = stats.getFirst();
      long computed =
          journal.cacheSteps().stream()
              .flatMap(List::stream)
              .filter(CacheDecision.Compute.class::isInstance)
              .count();
      assertThat(journal.cacheSteps()).hasSize(STEPS).allMatch(step -> step.size() == branches);
      assertThat(summary.cachedSteps() + summary.computedSteps()).isEqualTo(STEPS);
      assertThat(made.computedForwards()).isEqualTo((int) computed);
      assertThat(made.cachedForwards() + made.computedForwards()).isEqualTo(STEPS * branches);
      assertThat(summary.speedupEstimate()).isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void withoutACacheThereIsNothingToTell() {
    var journal = new DrawingJournal();
    draw(request(4, Optional.empty()), journal);
    assertThat(journal.cacheSteps()).isEmpty();
    assertThat(journal.cache()).isEmpty();
  }

  @Test
  void aCancelFreesTheCache() {
    var signal = new CancellationSignal();
    Consumer<DrawingEvent> listener =
        event -> {
          if (event instanceof StepMade step) {
            if (step.step() == STEPS - 2) {
              signal.cancel();
            }
          }
        };
    var request = request(4, config(Map.of("residual_diff_threshold", 1)));
    assertThatThrownBy(() -> pipeline.generate(request, listener, signal))
        .isInstanceOf(CancelledException.class);
  }

  @Test
  void aFailureFreesTheCache() {
    Consumer<DrawingEvent> listener =
        event -> {
          if (event instanceof StepMade step) {
            step.latents().getFirst()[0] = Float.NaN;
          }
        };
    var request = request(4, config(Map.of("residual_diff_threshold", 1)));
    assertThatThrownBy(() -> pipeline.generate(request, listener, new CancellationSignal()))
        .hasMessageContaining("NaN");
  }

  @Test
  void moreBlocksThanThereAreAreRefusedAtAdmission() {
    int blocks = pipeline.transformer().blocks();
    var request = request(4, config(Map.of("Fn_compute_blocks", blocks + 1)));
    assertThatThrownBy(() -> pipeline.admit(request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Fn_compute_blocks is %d, must be at most %d, the transformer's blocks"
                .formatted(blocks + 1, blocks))
        .extracting("parameter")
        .isEqualTo("cache_dit_params");
  }

  private List<Pixels> draw(GenerationRequest request) {
    return draw(request, event -> {});
  }

  private List<Pixels> draw(GenerationRequest request, Consumer<DrawingEvent> listener) {
    return pipeline.generate(request, listener, new CancellationSignal()).stream()
        .map(image -> image.pixels())
        .toList();
  }

  private static Optional<DBCacheConfig> config(Map<String, ?> params) {
    return Optional.of(CacheDitParams.of(params).toConfig(STEPS));
  }

  private static GenerationRequest request(double scale, Optional<DBCacheConfig> cache) {
    return request(scale, cache, STEPS);
  }

  private static GenerationRequest request(double scale, Optional<DBCacheConfig> cache, int steps) {
    return GenerationRequest.of("a red apple")
        .withCanvas(64, 64)
        .withGuidance(steps, scale)
        .withDraws(new Draws(List.of(1L), 2))
        .withCache(cache);
  }
}
