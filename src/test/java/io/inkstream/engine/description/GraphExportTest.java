package io.inkstream.engine.description;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.description.GraphExport.Part;
import io.inkstream.engine.description.GraphExport.Weights;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphExportTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @TempDir private Path temp;
  private Path model;

  /// A copy on the same file system as the output, so that hard links are possible.
  @BeforeEach
  void copySnapshot() throws IOException {
    model = temp.resolve("model");
    try (var files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(TINY.relativize(file).toString()));
      }
    }
  }

  private QwenImageSnapshot snapshot() {
    return QwenImageSnapshot.open(model, Optional.empty());
  }

  private Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)) + "");
      }
    }
    return contents;
  }

  @Test
  void writesEveryGraphAndLinksTheWeights() throws IOException {
    Path output = temp.resolve("new/output");

    var parts = GraphExport.write(snapshot(), output, Weights.LINKED);

    assertThat(parts).extracting(Part::name).containsExactly("transformer", "text_encoder", "vae");
    assertThat(parts).extracting(Part::graphs).containsExactly(14, 1, 1);
    assertThat(parts).extracting(Part::weightFiles).containsExactly(2, 1, 1);
    assertThat(output.resolve("transformer/block_09.onnx")).isRegularFile();
    assertThat(output.resolve("text_encoder/text_encoder.onnx")).isRegularFile();
    assertThat(output.resolve("vae/decoder.onnx")).isRegularFile();
    String weights = "text_encoder/model.safetensors";
    assertThat(Files.isSameFile(output.resolve(weights), model.resolve(weights))).isTrue();
  }

  @Test
  void copiesTheWeightsWhenAsked() throws IOException {
    Path output = temp.resolve("output");

    GraphExport.write(snapshot(), output, Weights.COPIED);

    String weights = "text_encoder/model.safetensors";
    assertThat(output.resolve(weights)).hasSameBinaryContentAs(model.resolve(weights));
    assertThat(Files.isSameFile(output.resolve(weights), model.resolve(weights))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void exportedGraphsRunWithTheWeightsBesideThem(Weights weights) throws IOException {
    Path output = temp.resolve("output");
    GraphExport.write(snapshot(), output, weights);

    try (var run = GraphRun.of(output.resolve("transformer/block_00.onnx"), 8)) {
      assertThat(run.outputs().get("h_out").toArray()).doesNotContain(0f, Float.NaN);
    }
  }

  @Test
  void replacesAnEarlierExportAndLeavesTheSnapshotAsItIs() throws IOException {
    // Given
    Path output = temp.resolve("output");
    GraphExport.write(snapshot(), output, Weights.LINKED);
    Path own = Files.writeString(output.resolve("vae/notes.txt"), "mine");
    Files.writeString(
        output.resolve("inkstream-export.txt"), "vae/stale.onnx\n../model/x\n", APPEND);
    Path stale = Files.writeString(output.resolve("vae/stale.onnx"), "old");
    Path outside = Files.writeString(model.resolve("x"), "kept");
    var before = contents(model);

    // When
    GraphExport.write(snapshot(), output, Weights.COPIED);

    // Then
    assertThat(contents(model)).isEqualTo(before);
    assertThat(stale).doesNotExist();
    assertThat(outside).exists();
    assertThat(own).hasContent("mine");
    String weights = "vae/diffusion_pytorch_model.safetensors";
    assertThat(Files.isSameFile(output.resolve(weights), model.resolve(weights))).isFalse();
  }

  @Test
  void refusesAFolderWithOtherFiles() throws IOException {
    Path output = Files.createDirectory(temp.resolve("output"));
    Files.writeString(output.resolve("thesis.txt"), "mine");

    assertThatThrownBy(() -> GraphExport.write(snapshot(), output, Weights.LINKED))
        .isInstanceOf(ExportException.class)
        .hasMessage(
            "output is " + output + ": it is not empty, must be new, empty or an earlier export");
    assertThat(contents(output)).hasSize(1);
  }

  @Test
  void refusesAFile() throws IOException {
    Path output = Files.writeString(temp.resolve("output"), "mine");

    assertThatThrownBy(() -> GraphExport.write(snapshot(), output, Weights.LINKED))
        .hasMessageContaining("is a file, must be a folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "model/onnx", "other/../model", "link", "link/vae", ""})
  void refusesTheSnapshotsOwnFolder(String output) throws IOException {
    Files.createSymbolicLink(temp.resolve("link"), model);
    var before = contents(temp);

    assertThatThrownBy(() -> GraphExport.write(snapshot(), temp.resolve(output), Weights.LINKED))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("overlaps the model's own folder");
    assertThat(contents(temp)).isEqualTo(before);
  }

  @Test
  void followsSymbolicLinksOnTheWayToTheFolder() throws IOException {
    Path real = Files.createDirectory(temp.resolve("real"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), real);

    GraphExport.write(snapshot(), link.resolve("output"), Weights.LINKED);

    assertThat(real.resolve("output/vae/decoder.onnx")).isRegularFile();
  }

  @Test
  void doesNotWriteThroughAPartsFolderThatIsALink() throws IOException {
    Path output = temp.resolve("output");
    GraphExport.write(snapshot(), output, Weights.LINKED);
    Files.move(output.resolve("vae"), temp.resolve("moved"));
    Files.createSymbolicLink(output.resolve("vae"), model.resolve("vae"));
    var before = contents(model);

    assertThatThrownBy(() -> GraphExport.write(snapshot(), output, Weights.LINKED))
        .hasMessageContaining("vae: it is a symbolic link, must be a folder");
    assertThat(contents(model)).isEqualTo(before);
  }

  @Test
  void writesNothingOfASnapshotThatLacksATensor() throws IOException {
    Path output = temp.resolve("output");
    Path config = model.resolve("text_encoder/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceAll("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4"));

    assertThatThrownBy(() -> GraphExport.write(snapshot(), output, Weights.LINKED))
        .hasMessageContaining("model.layers.3.");
    assertThat(output).doesNotExist();
  }
}
