package io.inkstream.engine.description;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.description.GraphExport.Weights;
import io.inkstream.engine.graph.OnnxFile;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
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
import org.junit.jupiter.params.provider.MethodSource;

class SeveralFoldersTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  @TempDir private Path temp;
  private SpreadSnapshot spread;

  @BeforeEach
  void spread() throws IOException {
    spread = SpreadSnapshot.in(temp);
  }

  private ModelSettings settings(Precision precision) {
    return new ModelSettings(spread.model(), Optional.of(spread.vae()), precision);
  }

  @ParameterizedTest
  @MethodSource("io.inkstream.engine.tensor.Precision#onProcessor")
  void drawsTheSamePicture(Precision precision) {
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());
    assertThat(draw(settings(precision), runtime))
        .isEqualTo(draw(new ModelSettings(TINY, Optional.empty(), precision), runtime));
  }

  @Test
  void drawsTheSamePictureOnADevice() {
    var runtime = EmulatedDevice.runtime();
    var precision = EmulatedDevice.PRECISION;
    assertThat(draw(settings(precision), runtime))
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
    OnnxModel modulations = ((DoubleStreamGraphs) spread.open().transformerGraphs()).modulations();

    assertThat(modulations.weightsFolder()).isEqualTo(temp.toRealPath());
    assertThat(OnnxFile.parse(modulations.bytes()).weights())
        .extracting(OnnxFile.External::location)
        .contains(
            "model/transformer/" + SpreadSnapshot.FIRST, "disk/elsewhere/" + SpreadSnapshot.FIRST);
  }

  @Test
  void anExportHasBothFilesBesideItsGraphsUnderNamesOfTheirOwn() throws IOException {
    Path output = temp.resolve("output");

    GraphExport.write(spread.open(), output, Weights.LINKED);

    Path part = output.resolve("transformer");
    Path graph = part.resolve("modulations.onnx");
    assertThat(OnnxFile.parse(Files.readAllBytes(graph)).weights())
        .extracting(OnnxFile.External::location)
        .containsOnly(SpreadSnapshot.FIRST, "2-" + SpreadSnapshot.FIRST);
    assertThat(part.resolve(SpreadSnapshot.FIRST)).isRegularFile();
    assertThat(part.resolve("2-" + SpreadSnapshot.FIRST)).isRegularFile();
    try (var run = GraphRun.of(graph, 8)) {
      assertThat(run.outputs().get("modulation_out").toArray()).doesNotContain(0f, Float.NaN);
    }
  }
}
