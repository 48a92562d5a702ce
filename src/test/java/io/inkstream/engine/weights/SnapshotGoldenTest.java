package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The snapshots that ship with the code, and every safetensors file that the Python library wrote.
class SnapshotGoldenTest {
  private final ModelDirectory tiny = ModelDirectory.open(Snapshots.tiny());
  private final ModelDirectory pocket = ModelDirectory.open(Snapshots.pocket());

  @Test
  void theTinySnapshotIsWhole() {
    // When
    Component transformer = tiny.component("transformer");
    // Then
    assertThat(tiny.pipelineClass()).hasToString("QwenImagePipeline");
    assertThat(tiny.tokenizer()).isDirectoryContaining("glob:**vocab.json");
    assertThat(TransformerConfig.from(transformer.config()))
        .isEqualTo(
            new TransformerConfig(
                Generation.QWEN_IMAGE, 2, 64, 16, 10, 16, 3, 64, 4, List.of(4, 6, 6), false));
    assertThat(transformer.encodings()).containsExactly("BF16");
    assertThat(transformer.bytes()).isEqualTo(1_746_624).isEqualTo(2 * transformer.parameters());
    assertThat(transformer.tensor("img_in.weight", 48, 64).file().getFileName())
        .hasToString("diffusion_pytorch_model-00001-of-00002.safetensors");
    assertThat(transformer.tensor("transformer_blocks.5.attn.add_k_proj.bias", 48).file())
        .hasFileName("diffusion_pytorch_model-00002-of-00002.safetensors");
  }

  @Test
  void theTinyTextEncoderAndVaeAreRead() {
    Component textEncoder = tiny.component("text_encoder");
    Component vae = tiny.component("vae");
    assertThat(TextEncoderConfig.from(textEncoder.config()))
        .isEqualTo(
            new TextEncoderConfig(
                Generation.QWEN_IMAGE, 64, 128, 3, 4, 2, 16, 1e-6, 1e6, List.of(2, 3, 3), 685));
    VaeConfig config = VaeConfig.from(vae.config());
    assertThat(config.baseDim()).isEqualTo(8);
    assertThat(config.numResBlocks()).isEqualTo(1);
    assertThat(config.dimMult()).containsExactly(1, 2, 4, 4);
    assertThat(config.temperalDownsample()).containsExactly(false, true, true);
    assertThat(config.spatialScale()).isEqualTo(8);
    assertThat(config.latentsMean()).hasSize(16).startsWith(-0.7571, -0.7089);
    assertThat(config.latentsStd()).hasSize(16).endsWith(2.8251, 1.916);
    assertThat(vae.tensor("decoder.conv_in.weight").shape()).isEqualTo(new Shape(32, 16, 3, 3, 3));
  }

  @Test
  void theSchedulerHasItsConfigurationAndNoWeights() {
    Component scheduler = tiny.component("scheduler");
    assertThat(scheduler.tensors()).isEmpty();
    assertThat(scheduler.config().className()).isEqualTo("FlowMatchEulerDiscreteScheduler");
    assertThat(scheduler.config().number("shift_terminal")).isEqualTo(0.02);
    assertThat(scheduler.config().flag("use_dynamic_shifting", false)).isTrue();
  }

  @Test
  void thePocketModelIsWhole() {
    // When
    Component transformer = pocket.component("transformer");
    TextEncoderConfig text = TextEncoderConfig.from(pocket.component("text_encoder").config());
    VaeConfig vae = VaeConfig.from(pocket.component("vae").config());
    // Then
    assertThat(TransformerConfig.from(transformer.config()))
        .isEqualTo(
            new TransformerConfig(
                Generation.QWEN_IMAGE, 2, 64, 16, 14, 64, 3, 256, 4, List.of(16, 24, 24), false));
    assertThat(TransformerConfig.from(transformer.config()).innerDim()).isEqualTo(192);
    assertThat(transformer.bytes()).isEqualTo(37_797_248);
    assertThat(text)
        .isEqualTo(
            new TextEncoderConfig(
                Generation.QWEN_IMAGE, 256, 704, 4, 4, 2, 64, 1e-6, 1e6, List.of(8, 12, 12), 2048));
    assertThat(text.headDim()).isEqualTo(64);
    assertThat(vae.baseDim()).isEqualTo(24);
    assertThat(vae.latentsStd()).hasSize(16).startsWith(1.9710696935653687);
    assertThat(pocket.tokenizer()).isDirectory();
  }

  static Stream<Path> filesOfThePythonLibrary() {
    String other = System.getProperty("goldens", "");
    String cases = other.isEmpty() ? "src/test/resources/goldens/public" : other;
    return Stream.of(cases, "src/test/resources/goldens/pocket")
        .map(Path::of)
        .flatMap(SnapshotGoldenTest::safetensorsIn);
  }

  private static Stream<Path> safetensorsIn(Path dir) {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("filesOfThePythonLibrary")
  void filesOfThePythonLibraryOpen(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    long end =
        file.tensors().values().stream().mapToLong(e -> e.offset() + e.length()).max().orElse(0);
    assertThat(end).isEqualTo(Files.size(path));
  }

  @Test
  void numbersAreReadAsThePythonLibraryWroteThem() {
    SafetensorsFile file =
        SafetensorsFile.open(Path.of("src/test/resources/goldens/pocket/apple_20.safetensors"));
    float[] sigmas = file.floats("sigmas");
    assertThat(sigmas).hasSize(21).startsWith(1f).endsWith(0f);
    assertThat(sigmas[19]).isEqualTo(0.02f, within(1e-6f));
  }
}
