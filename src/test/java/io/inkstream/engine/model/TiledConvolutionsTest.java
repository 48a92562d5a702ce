package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.weights.WeightReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The VAE in tiles, or in parts, gives the numbers of the plain one: for maps that are no multiple
/// of a tile or of the parts, of one tile, of one stripe and of several, of fewer rows than parts,
/// of parts that look at less than all, and of fewer pixels than the attention has parts, as many,
/// and more.
class TiledConvolutionsTest {
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");
  private static final int SCALE = 8;
  private static final int LATENTS = 16;

  private final OnnxRuntime runtime = OnnxRuntime.start(RuntimeSettings.defaults());
  private final QwenImageSnapshot pocket = QwenImageSnapshot.open(POCKET, Optional.empty());

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "4, 8", "9, 13", "34, 17", "61, 5"})
  void latentsBecomeTheSamePicture(int height, int width) {
    float[] latents = random(LATENTS * height * width);
    float[][] made = new float[Convolutions.values().length][];
    for (var convolutions : Convolutions.values()) {
      made[convolutions.ordinal()] =
          run(
              pocket.decoderGraph(convolutions),
              "latents",
              Tensor.of(latents, 1, LATENTS, height, width),
              "sample",
              Tensor.zeros(1, 3, SCALE * height, SCALE * width));
    }
    assertThat(List.of(made))
        .allSatisfy(one -> assertThat(one).containsExactly(made[0], within(1e-4f)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "4, 8", "9, 13", "34, 17"})
  void aPictureBecomesTheSameLatents(int height, int width) {
    float[] sample = random(3 * SCALE * height * SCALE * width);
    float[][] made = new float[Convolutions.values().length][];
    for (var convolutions : Convolutions.values()) {
      made[convolutions.ordinal()] =
          run(
              pocket.encoderGraph(convolutions).orElseThrow(),
              "sample",
              Tensor.of(sample, 1, 3, SCALE * height, SCALE * width),
              "moments",
              Tensor.zeros(1, 2 * LATENTS, height, width));
    }
    assertThat(List.of(made))
        .allSatisfy(one -> assertThat(one).containsExactly(made[0], within(1e-4f)));
  }

  private float[] run(OnnxModel model, String in, Tensor given, String out, Tensor result) {
    var session = new SessionGraphs(new WeightReader()).of(model);
    try (var graph = runtime.load(session, SessionSettings.of(Precision.FAST));
        given;
        result) {
      graph.run(Map.of(in, given), Map.of(out, result), new CancellationSignal());
      return result.toArray();
    }
  }

  private static float[] random(int length) {
    var random = new Random(1);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
