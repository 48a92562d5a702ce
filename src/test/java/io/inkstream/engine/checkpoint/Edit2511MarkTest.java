package io.inkstream.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TransformerConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Edit2511MarkTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final String MARK = "__index_timestep_zero__";

  private final ComponentConfig config =
      ComponentConfig.read(GOLDENS.resolve("small/transformer/config.json"));

  @TempDir private Path temp;

  @Test
  void theMarkOfASingleFileStandsForZeroCondTWhereTheModelEdits() throws IOException {
    var component = Checkpoint.open(marked(), Part.TRANSFORMER, () -> config, true);

    assertThat(TransformerConfig.from(config).zeroCondT()).isFalse();
    assertThat(TransformerConfig.from(component.config()).zeroCondT()).isTrue();
    assertThat(component.tensors()).doesNotContainKey(MARK);
  }

  @Test
  void elsewhereItIsRefusedAndSaysWhatTakesIt() throws IOException {
    Path file = marked();
    assertThatThrownBy(() -> Checkpoint.open(file, Part.TRANSFORMER, () -> config))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(MARK, "Qwen-Image-Edit-2511", "QwenImageEditPlusPipeline");
  }

  /// The small model's transformer as a single file, with the mark.
  private Path marked() throws IOException {
    byte[] all =
        Files.readAllBytes(GOLDENS.resolve("checkpoints/files").resolve("comfy_bf16.safetensors"));
    int header = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt();
    var json = new ObjectMapper();
    var tensors = (ObjectNode) json.readTree(new String(all, 8, header));
    int data = all.length - 8 - header;
    tensors.set(
        "model.diffusion_model." + MARK,
        json.readTree(
            "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[%1$d,%1$d]}".formatted(data)));
    byte[] marked = json.writeValueAsBytes(tensors);
    var file = ByteBuffer.allocate(8 + marked.length + data).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(marked.length).put(marked).put(all, 8 + header, data);
    return Files.write(temp.resolve("edit.safetensors"), file.array());
  }
}
