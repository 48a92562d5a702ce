package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
  @TempDir Path dir;

  private static void assertRefused(Path path, String... parts) {
    assertThatThrownBy(() -> ModelDirectory.open(path))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContainingAll(parts);
  }

  private void pipeline(String name) {
    SafetensorsBuilder.write(dir.resolve("model_index.json"), "{\"_class_name\":\"" + name + "\"}");
  }

  @Test
  void missingFolder() {
    assertRefused(dir.resolve("gone"), "does not exist", "model_index.json");
  }

  @Test
  void singleFileCheckpoint() {
    assertRefused(
        SafetensorsBuilder.file().writeTo(dir.resolve("q.safetensors")), "is a file", "folder");
  }

  @Test
  void folderWithoutAnIndexSaysWhatItHas() {
    SafetensorsBuilder.write(dir.resolve("qwen-image.gguf"), "x");
    assertRefused(dir, "no model_index.json", "it has qwen-image.gguf");
  }

  @Test
  void emptyFolder() {
    assertRefused(dir, "no model_index.json", "it has nothing");
  }

  @Test
  void folderOfOneComponentIsNamedAsSuch() {
    assertRefused(
        Snapshots.tiny().resolve("transformer"),
        "single component (QwenImageTransformer2DModel)",
        "folder above");
    assertRefused(Snapshots.tiny().resolve("text_encoder"), "(Qwen2_5_VLForConditionalGeneration)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "QwenImageLayeredPipeline",
        "QwenImageControlNetPipeline",
        "QwenImageImg2ImgPipeline",
        "StableDiffusionPipeline"
      })
  void anotherPipelineIsNamed(String name) {
    pipeline(name);
    assertRefused(
        dir,
        "model_index.json: _class_name is \""
            + name
            + "\", must be QwenImagePipeline, QwenImageEditPipeline, QwenImageEditPlusPipeline,"
            + " QwenImage21Pipeline, this version");
  }

  @Test
  void levelsOfAModelsOwnMustFall() {
    for (String levels : new String[] {"[]", "[0.5, 0.5]", "[0.4, 0.5]", "[1.1, 0.5]", "[1, 0]"}) {
      SafetensorsBuilder.write(
          dir.resolve("model_index.json"),
          "{\"_class_name\": \"QwenImage21Pipeline\", \"sample_sigmas\": " + levels + "}");
      assertRefused(
          dir, "sample_sigmas is ", "must be numbers that fall, from 1 at most, all above 0");
    }
  }

  @Test
  void brokenIndex() {
    SafetensorsBuilder.write(dir.resolve("model_index.json"), "{");
    assertRefused(dir, "model_index.json", "not valid JSON");
  }

  @Test
  void missingComponentAndTokenizer() {
    pipeline("QwenImagePipeline");
    ModelDirectory model = ModelDirectory.open(dir);
    assertThat(model.path()).isEqualTo(dir);
    assertThatThrownBy(() -> model.component("vae"))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(dir.resolve("vae").toString(), "is missing");
    assertThatThrownBy(model::tokenizer)
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(dir.resolve("tokenizer").toString(), "is missing");
  }
}
