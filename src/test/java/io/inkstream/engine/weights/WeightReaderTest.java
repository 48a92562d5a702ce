package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers in every encoding against torch's and ComfyUI's own kernels.
class WeightReaderTest {
  private static final Path VALUES = Path.of("src/test/resources/goldens/lora/values");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WeightReader reader = new WeightReader();

  @ParameterizedTest
  @ValueSource(strings = {"e4m3fn", "e5m2"})
  void allCodesOfEightBitFloatsAreTorchs(String kind) {
    var file = SafetensorsFile.open(VALUES.resolve("fp8.safetensors"));
    assertThat(file.floats("stored_" + kind)).containsExactly(file.floats(kind));
  }

  @Test
  void aNumberThatIsNoneIsRefusedByItsTensorAndPlace() {
    var file = SafetensorsFile.open(VALUES.resolve("fp8.safetensors"));
    assertThatThrownBy(() -> all(file.tensor("stored_e4m3fn")))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("tensor 'stored_e4m3fn': element 127 is NaN, must be a finite");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensorwise",
        "rows",
        "convrot256",
        "convrot64",
        "fp8_scalar",
        "fp8_one",
        "fp8_rows"
      })
  void scaledNumbersAreComfyUis(String name) throws JsonProcessingException {
    var file = SafetensorsFile.open(VALUES.resolve("scaled.safetensors"));
    TensorEntry weight = file.tensor(name + ".weight");
    DType type = ((Encoding.Plain) weight.encoding()).type();
    var scaled = new Encoding.Scaled(type, file.tensor(name + ".weight_scale"), turn(file, name));

    assertThat(all(weight.as(scaled)))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(file.floats(name + ".expected"));
  }

  @Test
  void rowsAreReadAlone() {
    var file = SafetensorsFile.open(VALUES.resolve("scaled.safetensors"));
    TensorEntry weight = file.tensor("rows.weight");
    var entry = weight.as(new Encoding.Scaled(DType.I8, file.tensor("rows.weight_scale"), 0));
    float[] expected = file.floats("rows.expected");
    float[] row = new float[512];
    reader.rows(entry, 4, 1, row, 0);
    for (int i = 0; i < row.length; i++) {
      assertThat(row[i]).isCloseTo(expected[4 * 512 + i], Offset.offset(1e-6f));
    }
  }

  private static int turn(SafetensorsFile file, String name) throws JsonProcessingException {
    if (!file.tensors().containsKey(name + ".comfy_quant")) {
      return 0;
    }
    int[] bytes = file.ints(name + ".comfy_quant");
    var text = new StringBuilder();
    for (int value : bytes) {
      text.append((char) value);
    }
    byte[] utf8 = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    var said = JSON.readTree(new String(utf8, StandardCharsets.UTF_8));
    return said.path("convrot").asBoolean() ? said.path("convrot_groupsize").asInt(256) : 0;
  }

  private float[] all(TensorEntry entry) {
    float[] values = new float[Math.toIntExact(entry.shape().elements())];
    reader.rows(entry, 0, Math.toIntExact(entry.rows()), values, 0);
    return values;
  }
}
