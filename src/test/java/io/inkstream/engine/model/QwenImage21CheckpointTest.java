package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.SafetensorsBuilder;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Qwen-Image-2.1's networks in single files: as ComfyUI's have them, with the MLP's two first
/// layers as one, and as the `gguf` package writes them.
class QwenImage21CheckpointTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final Path FOLDER = GOLDENS.resolve("qwen21");
  private static final Path TINY = FOLDER.resolve("tiny21");
  private static final String GATE = ".gate_layer.weight";
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a pear").withCanvas(64, 96).withGuidance(3, 1);

  @TempDir private Path folder;

  private static byte[] draw(Map<Part, Path> parts, Precision precision) {
    var settings =
        new ModelSettings(
            new ModelFiles(TINY, parts),
            precision,
            Optional.empty(),
            AdapterSettings.NONE,
            Optional.empty());
    boolean device = precision instanceof Precision.OnDevice;
    var runtime = device ? EmulatedDevice.runtime() : OnnxRuntime.start(RuntimeSettings.defaults());
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      return pipeline
          .generate(REQUEST, event -> {}, new CancellationSignal())
          .getFirst()
          .pixels()
          .rgb();
    }
  }

  private static Map<String, TensorEntry> tensors(Part part) {
    return Component.open(TINY.resolve(part.folder())).tensors();
  }

  private static byte[] bytes(TensorEntry entry) throws IOException {
    try (var file = new RandomAccessFile(entry.file().toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(entry.length())];
      file.seek(entry.offset());
      file.readFully(bytes);
      return bytes;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model.diffusion_model."})
  void aFusedTransformerDrawsTheSnapshotsPicture(String prefix) throws IOException {
    // Given
    var file = SafetensorsBuilder.file();
    for (TensorEntry entry : tensors(Part.TRANSFORMER).values()) {
      String name = entry.name();
      if (name.endsWith(GATE)) {
        String up = name.replace(GATE, ".proj.weight");
        var both = new ByteArrayOutputStream();
        both.write(bytes(entry));
        both.write(bytes(Objects.requireNonNull(tensors(Part.TRANSFORMER).get(up))));
        file.tensor(
            prefix + name.replace(GATE, ".gate_up.weight"),
            DType.BF16,
            both.toByteArray(),
            2 * entry.rows(),
            entry.rowLength());
      } else if (!name.endsWith("img_mlp.proj.weight")) {
        file.tensor(prefix + name, DType.BF16, bytes(entry), entry.shape().dims());
      }
    }
    Path path = file.writeTo(folder.resolve("transformer.safetensors"));

    // Then
    assertThat(draw(Map.of(Part.TRANSFORMER, path), Precision.FAST))
        .isEqualTo(draw(Map.of(), Precision.FAST));
  }

  @Test
  void rowsWithAScaleEachAreSplitWithTheirScales() throws IOException {
    Path fused = folder.resolve("fused.safetensors");
    Path apart = folder.resolve("apart.safetensors");
    scaled(true).writeTo(fused);
    scaled(false).writeTo(apart);

    byte[] picture = draw(Map.of(Part.TRANSFORMER, apart), Precision.FAST);
    assertThat(draw(Map.of(Part.TRANSFORMER, fused), Precision.FAST)).isEqualTo(picture);
    assertThat(distance(picture, draw(Map.of(), Precision.FAST))).isLessThan(4);
  }

  /// MLPs of 8-bit numbers, as ComfyUI's `int8_tensorwise` with a scale for each row.
  private static SafetensorsBuilder scaled(boolean fused) throws IOException {
    var file = SafetensorsBuilder.file();
    for (TensorEntry entry : tensors(Part.TRANSFORMER).values()) {
      String name = entry.name();
      if (name.endsWith(GATE)) {
        var up = tensors(Part.TRANSFORMER).get(name.replace(GATE, ".proj.weight"));
        float[] first = numbers(entry);
        float[] second = numbers(Objects.requireNonNull(up));
        int in = (int) entry.rowLength();
        if (fused) {
          float[] both = Arrays.copyOf(first, 2 * first.length);
          System.arraycopy(second, 0, both, first.length, second.length);
          add(file, name.replace(GATE, ".gate_up"), both, in);
        } else {
          add(file, name.replace(GATE, ".gate_layer"), first, in);
          add(file, name.replace(GATE, ".proj"), second, in);
        }
      } else if (!name.endsWith("img_mlp.proj.weight")) {
        file.tensor(name, DType.BF16, bytes(entry), entry.shape().dims());
      }
    }
    return file;
  }

  private static float[] numbers(TensorEntry entry) {
    float[] values = new float[Math.toIntExact(entry.shape().elements())];
    new WeightReader().rows(entry, 0, (int) entry.rows(), values, 0);
    return values;
  }

  private static void add(SafetensorsBuilder file, String layer, float[] values, int in) {
    int rows = values.length / in;
    float[] scales = new float[rows];
    byte[] small = new byte[values.length];
    for (int row = 0; row < rows; row++) {
      for (int i = row * in; i < (row + 1) * in; i++) {
        scales[row] = Math.max(scales[row], Math.abs(values[i]) / 127);
      }
      for (int i = row * in; i < (row + 1) * in; i++) {
        small[i] = (byte) Math.rint(values[i] / scales[row]);
      }
    }
    file.tensor(layer + ".weight", DType.I8, small, rows, in);
    file.tensor(
        layer + ".weight_scale", DType.F32, SafetensorsBuilder.littleEndian(scales), rows, 1);
  }

  @Test
  void textEncoderAndVaeAreReadFromSingleFiles() throws IOException {
    var encoder = SafetensorsBuilder.file();
    for (TensorEntry entry : tensors(Part.TEXT_ENCODER).values()) {
      encoder.tensor(entry.name(), DType.BF16, bytes(entry), entry.shape().dims());
    }
    Path text = encoder.writeTo(folder.resolve("qwen3vl.safetensors"));
    Path vae = TINY.resolve("vae/diffusion_pytorch_model.safetensors");

    assertThat(draw(Map.of(Part.TEXT_ENCODER, text, Part.VAE, vae), Precision.FAST))
        .isEqualTo(draw(Map.of(), Precision.FAST));
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSFORMER,FAST",
    "TRANSFORMER,LOW_MEMORY",
    "TRANSFORMER,ON_DEVICE",
    "TEXT_ENCODER,FAST",
    "TEXT_ENCODER,LOW_MEMORY",
    "TEXT_ENCODER,ON_DEVICE"
  })
  void aGgufDrawsNearlyTheSnapshotsPicture(Part part, String precision) {
    Path file = FOLDER.resolve("files/" + part.folder() + "_q8_0.gguf");
    Precision used =
        switch (precision) {
          case "FAST" -> Precision.FAST;
          case "LOW_MEMORY" -> Precision.LOW_MEMORY;
          default -> EmulatedDevice.PRECISION;
        };

    byte[] picture = draw(Map.of(part, file), used);

    assertThat(distance(picture, draw(Map.of(), Precision.FAST))).isBetween(0.01, 4.0);
  }

  @Test
  void aFileOfTheOtherNetworkIsRefusedInOneLine() {
    Path older = GOLDENS.resolve("checkpoints/files/q8_0.gguf");
    assertThatThrownBy(() -> draw(Map.of(Part.TRANSFORMER, older), Precision.FAST))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("is of Qwen-Image, another network than Qwen-Image 2.1")
        .hasMessageNotContaining("\n");
    Path encoder = GOLDENS.resolve("checkpoints/files/text_encoder_q4_k_m.gguf");
    assertThatThrownBy(() -> draw(Map.of(Part.TEXT_ENCODER, encoder), Precision.FAST))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("general.architecture is 'qwen2vl', must be qwen3vl");
  }

  /// In levels, on average.
  private static double distance(byte[] one, byte[] other) {
    assertThat(one).hasSameSizeAs(other);
    long sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs(Byte.toUnsignedInt(one[i]) - Byte.toUnsignedInt(other[i]));
    }
    return (double) sum / one.length;
  }
}
