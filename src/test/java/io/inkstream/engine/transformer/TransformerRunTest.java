package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransformerRunTest {
  private static final Grid GRID = new Grid(3, 4);
  private static final int CHANNELS = 64;
  private static final float[] TIMES = {1, 0.7f, 0.4f};

  private final CancellationSignal signal = new CancellationSignal();
  private final DiffusionPipeline pipeline =
      PipelineLoader.load(
          new ModelSettings(
              Path.of("src/test/resources/goldens/tiny"), Optional.empty(), Precision.FAST),
          OnnxRuntime.start(RuntimeSettings.defaults()));

  @AfterEach
  void noTensorIsLeft() {
    assertThat(Tensor.open()).isZero();
  }

  @AfterAll
  void close() {
    pipeline.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "4, 0", "1, 3", "8, 2"})
  void blocksInThreePartsAreTheSameBitsAsInOne(int first, int last) {
    var cache =
        CacheDitParams.of(
                Map.of(
                    "Fn_compute_blocks",
                    first,
                    "Bn_compute_blocks",
                    last,
                    "residual_diff_threshold",
                    0.0,
                    "max_warmup_steps",
                    1))
            .toConfig(TIMES.length);

    assertThat(velocities(shape(List.of(GRID), 1, Optional.of(cache)), 1))
        .isEqualTo(velocities(shape(List.of(GRID), 1, Optional.empty()), 1));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void picturesOfOneRunAreWhatEachWouldBeAlone(boolean cached) {
    var cache =
        cached
            ? Optional.of(CacheDitParams.of(Map.of("max_warmup_steps", 3)).toConfig(TIMES.length))
            : Optional.<DBCacheConfig>empty();
    var together = velocities(shape(List.of(GRID), 2, cache), 2);

    assertThat(together.getFirst())
        .isEqualTo(velocities(shape(List.of(GRID), 1, cache), 1).getFirst())
        .isNotEqualTo(together.getLast());
  }

  @Test
  void aGivenPictureChangesThePictureAndIsNotDrawnItself() {
    var alone = velocities(shape(List.of(GRID), 1, Optional.empty()), 1).getFirst();
    var beside =
        velocities(shape(List.of(GRID, new Grid(2, 2)), 1, Optional.empty()), 1).getFirst();

    assertThat(alone).hasSize(GRID.tokens() * CHANNELS);
    assertThat(beside).hasSameSizeAs(alone).isNotEqualTo(alone);
  }

  private static RunShape shape(List<Grid> grids, int pictures, Optional<DBCacheConfig> cache) {
    return new RunShape(grids, 0, pictures, 1, cache);
  }

  /// Of each picture at the last time; their prompts have different lengths.
  private List<List<Float>> velocities(RunShape shape, int pictures) {
    try (var run = pipeline.transformer().begin(shape, TIMES, signal);
        var one = branch(run, "a cat");
        var other = branch(run, "a house beside a lake")) {
      List<float[]> velocities = List.of();
      for (int time = 0; time < TIMES.length; time++) {
        var begun =
            run.begin(
                BranchName.MAIN,
                List.of(one, other).subList(0, pictures),
                time,
                List.of(tokens(shape, 1), tokens(shape, 2)).subList(0, pictures));
        velocities = begun.velocities().stream().map(Supplier::get).toList();
        begun.decision().get().ifPresent(did -> assertThat(did).isInstanceOf(Compute.class));
      }
      return velocities.stream().map(TransformerRunTest::list).toList();
    }
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private Branch branch(TransformerRun run, String prompt) {
    try (var embeds = pipeline.embed(prompt, signal).toTensor()) {
      return run.branch(embeds);
    }
  }

  private static float[] tokens(RunShape shape, int seed) {
    return new TorchGenerator(seed).randn(shape.imageTokens() * CHANNELS);
  }
}
