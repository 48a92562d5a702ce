package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentTest {
  private static final String SINGLE = "diffusion_pytorch_model.safetensors";
  private static final String INDEX = "diffusion_pytorch_model.safetensors.index.json";
  private static final String ONE = "m-00001-of-00002.safetensors";
  private static final String TWO = "m-00002-of-00002.safetensors";

  @TempDir Path dir;

  @BeforeEach
  void writeConfig() {
    SafetensorsBuilder.write(dir.resolve("config.json"), "{\"_class_name\":\"Net\"}");
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> Component.open(dir))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  private void file(String name, String... tensors) {
    SafetensorsBuilder file = SafetensorsBuilder.file();
    for (String tensor : tensors) {
      file.floats(tensor, 1, 2);
    }
    file.writeTo(dir.resolve(name));
  }

  private void index(String weightMap) {
    SafetensorsBuilder.write(dir.resolve(INDEX), "{\"weight_map\":" + weightMap + "}");
  }

  private void indexOfTwo() {
    index("{\"a.w\":\"%s\",\"b.w\":\"%s\"}".formatted(ONE, TWO));
  }

  @ParameterizedTest
  @ValueSource(strings = {SINGLE, "model.safetensors", "other.safetensors"})
  void oneFileHasAllWeights(String name) {
    file(name, "a.w", "b.w");
    Component component = Component.open(dir);
    assertThat(component.tensors().keySet()).containsExactly("a.w", "b.w");
    assertThat(component.parameters()).isEqualTo(4);
    assertThat(component.bytes()).isEqualTo(16);
    assertThat(component.encodings()).containsExactly("F32");
    assertThat(component.config().className()).isEqualTo("Net");
    assertThat(component.dir()).isEqualTo(dir);
  }

  @Test
  void shardsAreMerged() {
    indexOfTwo();
    file(ONE, "a.w");
    file(TWO, "b.w");
    Component component = Component.open(dir);
    assertThat(component.tensors().keySet()).containsExactly("a.w", "b.w");
    assertThat(component.tensor("b.w", 2).file()).hasFileName(TWO);
  }

  @Test
  void halfPrecisionVariantIsUsedOnlyAlone() {
    file("diffusion_pytorch_model.fp16.safetensors", "half.w");
    assertThat(Component.open(dir).tensors()).containsOnlyKeys("half.w");
    file(SINGLE, "full.w");
    assertThat(Component.open(dir).tensors()).containsOnlyKeys("full.w");
  }

  @Test
  void shardedHalfPrecisionVariantIsUsedAlone() {
    SafetensorsBuilder.write(
        dir.resolve("model.safetensors.index.fp16.json"),
        "{\"weight_map\":{\"a.w\":\"model.fp16-00001-of-00001.safetensors\"}}");
    file("model.fp16-00001-of-00001.safetensors", "a.w");
    assertThat(Component.open(dir).tensors()).containsOnlyKeys("a.w");
  }

  @Test
  void missingWeightNamesFolderAndTensor() {
    file(SINGLE, "a.w");
    Component component = Component.open(dir);
    assertThatThrownBy(() -> component.tensor("c.w"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(dir.toString(), "'c.w'", "1 tensors");
  }

  @Test
  void wrongShapeNamesFileTensorFoundAndExpected() {
    file(SINGLE, "a.w");
    Component component = Component.open(dir);
    assertThatThrownBy(() -> component.tensor("a.w", 2, 1))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(SINGLE, "'a.w'", "shape is [2]", "must be [2, 1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F64", "I64", "I8", "BOOL"})
  void weightOfAnotherTypeIsRefused(String dtype) {
    int bytes = DType.valueOf(dtype).bytes();
    SafetensorsBuilder.file()
        .tensor("a.w", DType.valueOf(dtype), new byte[bytes], 1)
        .writeTo(dir.resolve(SINGLE));
    Component component = Component.open(dir);
    assertThatThrownBy(() -> component.tensor("a.w", 1))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(SINGLE, "'a.w'", dtype, "F32, F16, BF16");
  }

  @Test
  void missingShard() {
    indexOfTwo();
    file(ONE, "a.w");
    assertRefused(INDEX, "'b.w'", TWO, "does not exist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../m.safetensors\"",
        "\"/m.safetensors\"",
        "\"sub/m.safetensors\"",
        "\"..\\\\m.safetensors\"",
        "\"..\"",
        "\"\"",
        "\"config.json\"",
        "7",
        "null"
      })
  void shardNameThatIsNoFileBesideTheIndex(String name) {
    index("{\"a.w\":" + name + "}");
    assertRefused(INDEX, "'a.w'", "shard is " + name);
  }

  @Test
  void shardNameThatNoFileCanHave() {
    index("{\"a.w\":\"m\\u0000.safetensors\"}");
    assertRefused(INDEX, "'a.w'", "m\\u0000.safetensors");
  }

  @Test
  void tensorMissingInItsShard() {
    indexOfTwo();
    file(ONE, "a.w", "b.w");
    file(TWO, "c.w");
    assertRefused(INDEX, "'b.w'", "is missing in its shard " + TWO);
  }

  @Test
  void tensorInTwoShards() {
    indexOfTwo();
    file(ONE, "a.w", "b.w");
    file(TWO, "b.w");
    assertRefused(INDEX, "'b.w'", ONE, TWO, "two shards");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "\"x\""})
  void indexWithoutAMap(String weightMap) {
    index(weightMap);
    assertRefused(INDEX, "weight_map");
  }

  @Test
  void tensorTwiceInTheIndex() {
    index("{\"a.w\":\"%s\",\"a.w\":\"%s\"}".formatted(ONE, TWO));
    assertRefused(INDEX, "Duplicate", "a.w");
  }

  @Test
  void severalFilesWithoutAnIndex() {
    file(ONE, "a.w");
    file(TWO, "b.w");
    assertRefused(dir.toString(), ONE, TWO, "no *.safetensors.index.json");
  }

  @Test
  void oneShardWithoutAnIndex() {
    file(ONE, "a.w");
    assertRefused(ONE, "index.json", "missing");
  }

  @Test
  void bothAFileAndAnIndex() {
    indexOfTwo();
    file(SINGLE, "a.w");
    assertRefused(SINGLE, INDEX, "one single file or one index");
  }

  @Test
  void folderWithoutWeights() {
    assertRefused(dir.toString(), "no weights", SINGLE, "it has config.json");
  }

  @Test
  void folderWithoutConfiguration() throws IOException {
    Files.delete(dir.resolve("config.json"));
    assertRefused("config.json", "does not exist");
  }

  @Test
  void missingFolder() {
    Path gone = dir.resolve("vae");
    assertThatThrownBy(() -> Component.open(gone))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(gone.toString(), "missing");
  }
}
