package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  private static final String TINY = "src/test/resources/goldens/tiny";

  @TempDir private Path temp;

  @Test
  void writesTheGraphsAndPrintsATable() {
    Path output = temp.resolve("output");

    var run = CapturedRun.of("export", "--output", output, "--model-path", TINY);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().map(line -> line.split(" +")[0]))
        .startsWith("part", "transformer", "text_encoder", "vae");
    assertThat(run.out()).containsPattern("transformer +14 +\\d+\\.\\d +1\\.8\\R");
    assertThat(output.resolve("transformer/block_00.onnx")).isRegularFile();
  }

  @Test
  void linksTheWeightsWhenAskedTo() throws IOException {
    Path output = temp.resolve("output");
    Path shard = Path.of(TINY, "transformer", "diffusion_pytorch_model-00001-of-00002.safetensors");
    Path own = Files.copy(shard, temp.resolve("probe"));

    var run = CapturedRun.of("export", "-o", output, "--model-path", TINY, "--no-copy-weights");

    if (sameDisk(own, shard)) {
      assertThat(run.exitCode()).as(run.err()).isZero();
      Path linked = output.resolve("transformer").resolve(shard.getFileName());
      assertThat(Files.isSameFile(linked, shard)).isTrue();
    } else {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err().lines()).singleElement().asString().contains("use --copy-weights");
    }
  }

  @Test
  void refusesAnElementTypeThatIsNone() {
    var run =
        CapturedRun.of("export", "-o", temp.resolve("x"), "--model-path", TINY, "--dtype", "fp8");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("dtype is \"fp8\", must be fp32 or bf16");
  }

  private static boolean sameDisk(Path one, Path other) throws IOException {
    return Files.getFileStore(one).equals(Files.getFileStore(other));
  }

  @Test
  void takesTheShippedModelAndAnotherVae() {
    Path output = temp.resolve("output");

    var run = CapturedRun.of("export", "-o", output, "--vae-path", TINY + "/vae", "--copy-weights");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(output.resolve("transformer/block_13.onnx")).isRegularFile();
    assertThat(output.resolve("vae/diffusion_pytorch_model.safetensors"))
        .hasSameBinaryContentAs(Path.of(TINY, "vae/diffusion_pytorch_model.safetensors"));
  }

  @Test
  void anOccupiedFolderGivesOneLineAndTheCodeOfWrongUsage() throws IOException {
    Files.writeString(temp.resolve("thesis.txt"), "mine");

    var run = CapturedRun.of("export", "--output", temp, "--model-path", TINY);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains("is not empty");
  }

  @Test
  void aDamagedSnapshotGivesOneLine() {
    var run =
        CapturedRun.of("export", "--output", temp.resolve("output"), "--model-path", TINY + "/vae");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err().lines()).singleElement().asString().contains("model_index.json");
    assertThat(temp).isEmptyDirectory();
  }
}
