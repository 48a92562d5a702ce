package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Reuse;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.CacheStats.Branch;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.scheduler.Stepper;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.engine.transformer.TransformerRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A solver with two evaluations a step goes with guidance, a cache and several pictures.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeunTest {
  private static final Grid GRID = new Grid(3, 4);
  private static final float[] SIGMAS = {1, 0.8f, 0.5f, 0};
  private static final float[] LEVELS = {1, 0.8f, 0.5f};
  // Of the five forwards of a branch, the first two and every other one after them.
  private static final DBCacheConfig CACHE =
      CacheDitParams.of(
              Map.of(
                  "max_warmup_steps",
                  2,
                  "max_continuous_cached_steps",
                  2,
                  "residual_diff_threshold",
                  100.0))
          .toConfig(5);

  private static final Offset<Float> WITHIN = Offset.offset(1e-4f);

  private final CancellationSignal signal = new CancellationSignal();
  private final DiffusionPipeline pipeline =
      PipelineLoader.load(
          new ModelSettings(
              Path.of("src/test/resources/goldens/tiny"), Optional.empty(), Precision.FAST),
          OnnxRuntime.start(RuntimeSettings.defaults()));

  /// Heun's method; the last step, to 0, is Euler's.
  private static final class Heun implements Stepper {
    private float @Nullable [] first;

    @Override
    public float[] evaluations(float sigma, float nextSigma) {
      return nextSigma == 0 ? new float[] {sigma} : new float[] {sigma, nextSigma};
    }

    @Override
    public void step(float[] sample, float[] velocity, float sigma, float nextSigma) {
      float length = nextSigma - sigma;
      float[] before = first;
      for (int i = 0; i < sample.length; i++) {
        sample[i] += before == null ? length * velocity[i] : length / 2 * (velocity[i] - before[i]);
      }
      first = before == null && nextSigma != 0 ? velocity : null;
    }
  }

  @AfterEach
  void noTensorIsLeft() {
    assertThat(Tensor.open()).isZero();
  }

  @AfterAll
  void close() {
    pipeline.close();
  }

  @Test
  void aStepIsTheMeanOfTheVelocitiesAtItsEndsOfEveryPicture() {
    var latents = noise();
    try (var run = run();
        var guided = guided(run)) {
      var solver = new PlainSolver(Heun::new, SIGMAS, guided, 2);
      for (int step = 0; step < 3; step++) {
        solver.step(step, latents);
      }
    }

    var expected = heunByHand();
    for (int picture = 0; picture < 2; picture++) {
      assertThat(latents.get(picture)).containsExactly(expected.get(picture), WITHIN);
    }
    assertThat(latents.getFirst()).isNotEqualTo(latents.getLast());
  }

  @Test
  void eachBranchOfTheCacheAdvancesOnceAForward() {
    var latents = noise();
    try (var run = run();
        var guided = guided(run)) {
      var solver = new PlainSolver(Heun::new, SIGMAS, guided, 2);

      assertThat(solver.step(0, latents).cache()).hasSize(4).hasOnlyElementsOfType(Compute.class);
      assertThat(solver.step(1, latents).cache()).hasSize(4).hasOnlyElementsOfType(Reuse.class);
      assertThat(solver.step(2, latents).cache()).hasSize(2).hasOnlyElementsOfType(Compute.class);
      assertThat(run.cacheStats().orElseThrow().branches())
          .hasSize(2)
          .allSatisfy(HeunTest::hasFiveForwards);
    }
  }

  /// The same latents by the formula, from velocities of a run of its own.
  private List<float[]> heunByHand() {
    var latents = noise();
    try (var run = run();
        var guided = guided(run)) {
      for (int step = 0; step < 2; step++) {
        float length = SIGMAS[step + 1] - SIGMAS[step];
        var first = guided.at(SIGMAS[step], latents);
        var second = guided.at(SIGMAS[step + 1], sum(latents, length, first));
        latents = sum(sum(latents, length / 2, first), length / 2, second);
      }
      return sum(latents, SIGMAS[3] - SIGMAS[2], guided.at(SIGMAS[2], latents));
    }
  }

  private static List<float[]> sum(List<float[]> to, float factor, List<float[]> velocities) {
    return IntStream.range(0, to.size())
        .mapToObj(picture -> {
          float[] sum = to.get(picture).clone();
          for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * velocities.get(picture)[i];
          }
          return sum;
        })
        .toList();
  }

  private TransformerRun run() {
    return pipeline
        .transformer()
        .begin(new RunShape(GRID, 2, 2, 2, Optional.of(CACHE)), LEVELS, signal);
  }

  private GuidedVelocity guided(TransformerRun run) {
    var request =
        GenerationRequest.of("a cat").withGuidance(3, 4).withDraws(new Draws(List.of(1L, 2L), 2));
    var cond = List.of(pipeline.embed("a cat", signal));
    return new GuidedVelocity(
        run,
        TrueCfg.RESCALED,
        LEVELS,
        Admitted.of(request),
        new Prompts(cond, List.of(pipeline.embed(" ", signal))),
        Conditions.NONE);
  }

  private List<float[]> noise() {
    int values = GRID.height() * GRID.width() * pipeline.transformer().inChannels();
    return List.of(new TorchGenerator(1).randn(values), new TorchGenerator(2).randn(values));
  }

  private static void hasFiveForwards(Branch branch) {
    assertThat(branch.computedSteps()).containsExactly(0, 1, 4);
    assertThat(branch.cachedSteps()).containsExactly(2, 3);
  }
}
