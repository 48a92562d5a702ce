package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.graph.OnnxFile;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.model.GraphExport.Weights;
import io.inkstream.engine.pipeline.Draws;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A snapshot whose second shard lies in another folder, under the name of the first, and whose VAE
/// lies in a third.
class SeveralFoldersTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final String FIRST = "diffusion_pytorch_model-00001-of-00002.safetensors";
  private static final String SECOND = "diffusion_pytorch_model-00002-of-00002.safetensors";

  @TempDir private Path temp;
  private Path model;
  private Path vae;

  @BeforeEach
  void spread() throws IOException {
    model = temp.resolve("model");
    try (var files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(TINY.relativize(file).toString()));
      }
    }
    Path elsewhere = Files.createDirectories(temp.resolve("disk/elsewhere")).resolve(FIRST);
    Path shard = model.resolve("transformer").resolve(SECOND);
    Files.move(shard, elsewhere);
    Files.createSymbolicLink(shard, elsewhere);
    vae = Files.move(model.resolve("vae"), temp.resolve("vae"));
  }

  private QwenImageSnapshot snapshot() {
    return QwenImageSnapshot.open(model, Optional.of(vae));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "low-memory"})
  void drawsTheSamePicture(Precision precision) {
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());
    assertThat(draw(new ModelSettings(model, Optional.of(vae), precision), runtime))
        .isEqualTo(draw(new ModelSettings(TINY, Optional.empty(), precision), runtime));
  }

  @Test
  void drawsTheSamePictureOnADevice() {
    var runtime = EmulatedDevice.runtime();
    var precision = EmulatedDevice.PRECISION;
    assertThat(draw(new ModelSettings(model, Optional.of(vae), precision), runtime))
        .isEqualTo(draw(new ModelSettings(TINY, Optional.empty(), precision), runtime));
  }

  private static byte[] draw(ModelSettings settings, OnnxRuntime runtime) {
    var request =
        GenerationRequest.of("a cat").withCanvas(64, 64).withSteps(2).withDraws(Draws.of(1));
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      return pipeline
          .generate(request, event -> {}, new CancellationSignal())
          .getFirst()
          .pixels()
          .rgb();
    }
  }

  @Test
  void oneGraphHasWeightsOfBothFolders() throws IOException {
    OnnxModel modulations = snapshot().transformerGraphs().modulations();

    assertThat(modulations.weightsFolder()).isEqualTo(temp.toRealPath());
    assertThat(OnnxFile.parse(modulations.bytes()).weights())
        .extracting(OnnxFile.External::location)
        .contains("model/transformer/" + FIRST, "disk/elsewhere/" + FIRST);
  }

  @Test
  void anExportHasBothFilesBesideItsGraphsUnderNamesOfTheirOwn() throws IOException {
    Path output = temp.resolve("output");

    GraphExport.write(snapshot(), output, Weights.LINKED);

    Path part = output.resolve("transformer");
    Path graph = part.resolve("modulations.onnx");
    assertThat(OnnxFile.parse(Files.readAllBytes(graph)).weights())
        .extracting(OnnxFile.External::location)
        .containsOnly(FIRST, "2-" + FIRST);
    assertThat(part.resolve(FIRST)).isRegularFile();
    assertThat(part.resolve("2-" + FIRST)).isRegularFile();
    try (var run = GraphRun.of(graph, 8)) {
      assertThat(run.outputs().get("modulation_out").toArray()).doesNotContain(0f, Float.NaN);
    }
  }
}
