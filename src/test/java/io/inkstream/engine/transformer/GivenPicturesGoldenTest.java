package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The transformer with two given pictures beside the drawn one, against the latents of diffusers'
/// `QwenImageEditPlusPipeline` at every step.
class GivenPicturesGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/goldens");
  private static final List<Grid> GRIDS = List.of(new Grid(4, 6), new Grid(10, 6), new Grid(6, 10));
  private static final int CHANNELS = 64;
  private static final float SCALE = 4;
  private static final double TOLERANCE = 1e-3;

  private final SafetensorsFile golden =
      SafetensorsFile.open(FOLDER.resolve("edits/edit_plus_2images.safetensors"));
  private final CancellationSignal signal = new CancellationSignal();

  @Test
  void denoisesAsTheEditPipelineDoes() {
    float[] x = golden.floats("init_latents");
    float[] expected = golden.floats("latents");
    float[] sigmas = golden.floats("sigmas");
    var settings = new ModelSettings(FOLDER.resolve("tiny"), Optional.empty(), Precision.FAST);
    try (var pipeline =
            PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()));
        var run =
            pipeline
                .transformer()
                .begin(new RunShape(GRIDS, 1, 2, Optional.empty()), times(), signal);
        var cond = branch(run, "cond.prompt_embeds");
        var uncond = branch(run, "uncond.prompt_embeds")) {
      for (int step = 0; step + 1 < sigmas.length; step++) {
        float[] velocity = guided(velocity(run, cond, step, x), velocity(run, uncond, step, x));
        for (int i = 0; i < x.length; i++) {
          x[i] += (sigmas[step + 1] - sigmas[step]) * velocity[i];
        }
        assertThat(
                largestDifference(
                    x, Arrays.copyOfRange(expected, step * x.length, (step + 1) * x.length)))
            .as("after step " + (step + 1))
            .isLessThan(TOLERANCE);
      }
    }
  }

  private float[] times() {
    float[] times = golden.floats("timesteps");
    for (int i = 0; i < times.length; i++) {
      times[i] /= 1000;
    }
    return times;
  }

  private Branch branch(TransformerRun run, String name) {
    var shape = golden.tensor(name).shape();
    try (var embeds = Tensor.of(golden.floats(name), shape.dim(1), shape.dim(2))) {
      return run.branch(embeds);
    }
  }

  private float[] velocity(TransformerRun run, Branch branch, int step, float[] x) {
    float[] given = golden.floats("image_latents");
    float[] tokens = Arrays.copyOf(x, x.length + given.length);
    System.arraycopy(given, 0, tokens, x.length, given.length);
    float[] velocity =
        run.forward(BranchName.MAIN, List.of(branch), step, List.of(tokens)).getFirst();
    assertThat(velocity).hasSameSizeAs(x);
    return velocity;
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

  private static double largestDifference(float[] values, float[] expected) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(values[i] - expected[i]);
      // A NaN must not pass: it is larger than any other difference here.
      largest = difference <= largest ? largest : difference;
    }
    return largest;
  }
}
