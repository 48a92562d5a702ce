package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.GoldenTensors;
import io.inkstream.engine.tensor.TorchGenerator;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// From a seed to the first latents, and from the recorded predictions to all later ones.
class DenoisingGoldenTest {
  private static final int LATENT_CHANNELS = 16;
  private static final int CHANNELS = 4 * LATENT_CHANNELS;

  @Test
  void packedNoiseOfTheSeedIsTheFirstLatents() {
    var cases = textToImageCases();
    Goldens.assumeRecorded(cases);
    for (JsonNode golden : cases) {
      // Given
      GoldenTensors tensors = tensors(golden);
      JsonNode seeds = golden.get("case").get("seed");
      float[] expected = tensors.floats("init_latents");
      int batch = (int) tensors.dims("init_latents")[0];
      int one = expected.length / batch;
      TorchGenerator generator = new TorchGenerator(seeds.asLong());
      for (int image = 0; image < batch; image++) {
        if (seeds.isArray()) {
          generator = new TorchGenerator(seeds.get(image).asLong());
        }
        // When
        float[] drawn = firstLatents(generator, golden, tensors.type("init_latents"));
        // Then
        assertThat(distance(drawn, expected, image * one))
            .as(golden.get("case").get("name").asText())
            .isLessThan(2e-6f);
      }
    }
  }

  @Test
  void guidedPredictionsLeadThroughTheRecordedLatents() {
    var cases = textToImageCases();
    cases.removeIf(golden -> !tensors(golden).has("noise_pred_cond"));
    Goldens.assumeRecorded(cases);
    cases.forEach(golden -> followSteps(golden.get("case"), tensors(golden)));
  }

  private static GoldenTensors tensors(JsonNode golden) {
    return GoldenTensors.open(golden.get("case").get("name").asText());
  }

  private static void followSteps(JsonNode given, GoldenTensors tensors) {
    // Given
    float[] sigmas = tensors.floats("sigmas");
    float[] latents = tensors.floats("init_latents");
    float[] expected = tensors.floats("latents");
    float[] conds = tensors.floats("noise_pred_cond");
    boolean guided = tensors.has("noise_pred_uncond");
    // in bfloat16 the reference rounds the latents to 8 bits after each step
    float tolerance = tensors.type("latents") == DType.BF16 ? 0.1f : 1e-5f;
    float[] unconds = guided ? tensors.floats("noise_pred_uncond") : new float[0];
    for (int step = 0; step < sigmas.length - 1; step++) {
      int at = step * latents.length;
      float[] velocity = Arrays.copyOfRange(conds, at, at + latents.length);
      // When
      if (guided) {
        float[] uncond = Arrays.copyOfRange(unconds, at, at + latents.length);
        float scale = (float) given.get("true_cfg_scale").asDouble();
        TrueCfg.RESCALED.combine(velocity, uncond, scale, CHANNELS);
      }
      FlowMatchEulerDiscreteScheduler.step(latents, velocity, sigmas[step], sigmas[step + 1]);
      // Then
      assertThat(distance(latents, expected, at))
          .as("%s, step %d", given.get("name"), step)
          .isLessThan(tolerance);
    }
  }

  private static float[] firstLatents(TorchGenerator generator, JsonNode golden, DType type) {
    JsonNode given = golden.get("case");
    LatentSize size =
        LatentSize.ofPixels(given.get("width").asInt(), given.get("height").asInt(), 8);
    int h = size.latentHeight();
    int w = size.latentWidth();
    float[] noise = generator.randn(LATENT_CHANNELS * h * w, type);
    return Latents.pack(noise, LATENT_CHANNELS, h, w, 2);
  }

  private static List<JsonNode> textToImageCases() {
    List<JsonNode> cases = GoldenTensors.cases();
    cases.removeIf(golden -> !golden.get("case").path("pipeline").asText("t2i").equals("t2i"));
    return cases;
  }

  // The largest difference; NaN if there is one.
  private static float distance(float[] actual, float[] all, int at) {
    float distance = 0;
    for (int i = 0; i < actual.length; i++) {
      distance = Math.max(distance, Math.abs(actual[i] - all[at + i]));
    }
    return distance;
  }
}
