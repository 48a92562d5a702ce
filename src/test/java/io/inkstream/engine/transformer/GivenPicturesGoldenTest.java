package io.inkstream.engine.transformer;

import static io.inkstream.Floats.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.GoldenCacheConfig;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The transformer with given pictures beside the drawn one, against the latents of diffusers' edit
/// pipelines at every step: two pictures, and one with a cache, whose residuals are those of all
/// rows.
class GivenPicturesGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/goldens");
  private static final int CHANNELS = 64;
  private static final float SCALE = 4;
  private static final double LATENTS = 1e-3;
  private static final double DIFFS = 1e-5;

  private final CancellationSignal signal = new CancellationSignal();

  static Stream<Case> edits() {
    return new Goldens(FOLDER.resolve("edits"), FOLDER.resolve("tiny")).cases();
  }

  @ParameterizedTest
  @MethodSource("edits")
  void denoisesAsTheEditPipelineDoes(Case golden) {
    check(golden, Precision.FAST, OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  @ParameterizedTest
  @MethodSource("edits")
  void denoisesAsTheEditPipelineDoesOnADevice(Case golden) {
    check(golden, EmulatedDevice.PRECISION, EmulatedDevice.runtime());
  }

  private void check(Case golden, Precision precision, OnnxRuntime runtime) {
    var settings = new ModelSettings(golden.snapshot(), Optional.empty(), precision);
    var tensors = golden.tensors();
    List<CacheDecision> decisions = new ArrayList<>();
    try (var pipeline = PipelineLoader.load(settings, runtime);
        var run = begin(pipeline, golden);
        var cond = branch(run, tensors, "cond.prompt_embeds");
        var uncond = branch(run, tensors, "uncond.prompt_embeds")) {
      float[] x = tensors.floats("init_latents");
      float[] given = tensors.floats("image_latents");
      float[] expected = tensors.floats("latents");
      float[] sigmas = tensors.floats("sigmas");
      for (int step = 0; step + 1 < sigmas.length; step++) {
        float[] tokens = Arrays.copyOf(x, x.length + given.length);
        System.arraycopy(given, 0, tokens, x.length, given.length);
        float[] with =
            velocity(run.begin(BranchName.MAIN, List.of(cond), step, List.of(tokens)), decisions);
        float[] without =
            velocity(run.begin(BranchName.CFG, List.of(uncond), step, List.of(tokens)), decisions);
        float[] velocity = guided(with, without);
        assertThat(velocity).hasSameSizeAs(x);
        for (int i = 0; i < x.length; i++) {
          x[i] += (sigmas[step + 1] - sigmas[step]) * velocity[i];
        }
        float[] wanted = Arrays.copyOfRange(expected, step * x.length, (step + 1) * x.length);
        assertThat(largestDifference(x, wanted)).as("after step " + (step + 1)).isLessThan(LATENTS);
      }
    }
    assertDecisions(decisions, golden.entry().path("decisions"));
  }

  private TransformerRun begin(DiffusionPipeline pipeline, Case golden) {
    List<Grid> grids = new ArrayList<>();
    for (JsonNode grid : golden.entry().get("img_shapes").get(0)) {
      grids.add(new Grid(grid.get(1).asInt(), grid.get(2).asInt()));
    }
    Optional<DBCacheConfig> cache =
        golden.settings().has("cache")
            ? Optional.of(GoldenCacheConfig.of(golden.entry()))
            : Optional.empty();
    float[] times = golden.tensors().floats("timesteps");
    for (int i = 0; i < times.length; i++) {
      times[i] /= 1000;
    }
    return pipeline.transformer().begin(new RunShape(grids, 0, 1, 2, cache), times, signal);
  }

  private static Branch branch(TransformerRun run, SafetensorsFile tensors, String name) {
    var shape = tensors.tensor(name).shape();
    try (var embeds = Tensor.of(tensors.floats(name), shape.dim(1), shape.dim(2))) {
      return run.branch(embeds);
    }
  }

  private static float[] velocity(TransformerRun.Begun begun, List<CacheDecision> decisions) {
    begun.decision().get().ifPresent(decisions::add);
    return begun.velocities().getFirst().get();
  }

  /// Away from the negative prompt, each token as long as it was.
  private static float[] guided(float[] cond, float[] uncond) {
    float[] guided = new float[cond.length];
    for (int at = 0; at < cond.length; at += CHANNELS) {
      double before = 0;
      double after = 0;
      for (int i = at; i < at + CHANNELS; i++) {
        guided[i] = uncond[i] + SCALE * (cond[i] - uncond[i]);
        before += (double) cond[i] * cond[i];
        after += (double) guided[i] * guided[i];
      }
      for (int i = at; i < at + CHANNELS; i++) {
        guided[i] *= (float) Math.sqrt(before / after);
      }
    }
    return guided;
  }

  private static void assertDecisions(List<CacheDecision> decisions, JsonNode expected) {
    assertThat(decisions).hasSize(expected.size());
    for (int i = 0; i < decisions.size(); i++) {
      boolean hit = !(decisions.get(i) instanceof Compute);
      assertThat(hit).as("forward " + i).isEqualTo(expected.get(i).get("hit").asBoolean());
      JsonNode diff = expected.get(i).get("diff");
      if (!diff.isNull()) {
        assertThat(decisions.get(i).diff().orElseThrow()).isCloseTo(diff.asDouble(), within(DIFFS));
      }
    }
  }
}
