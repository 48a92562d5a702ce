package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.server.order.PictureSize;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @Test
  void defaultsServeThePocketModelWithItsOwnStepsAndSize() {
    // When
    EngineSettings engine = engine(Map.of());
    ServerSettings server = server(Map.of());

    // Then
    assertThat(engine.model().path()).endsWith("src/main/models/qwen-image-pocket");
    assertThat(engine.precision()).isEqualTo(Precision.FAST);
    assertThat(engine.runtime()).isEqualTo(new RuntimeSettings(0, true));
    assertThat(server.model().name()).isEqualTo("qwen-image-pocket");
    assertThat(server.defaults()).isEqualTo(new SamplingDefaults(20, new PictureSize(256, 256)));
  }

  @Test
  void otherModelsGetTheFullModelsStepsAndSize() {
    ServerSettings server = server(Map.of("inkstream.model-path", "Qwen/Qwen-Image"));
    assertThat(server.defaults()).isEqualTo(new SamplingDefaults(50, new PictureSize(1024, 1024)));
    assertThat(server.model().name()).isEqualTo("Qwen-Image");
  }

  @Test
  void anEmptyValueMeansTheDefault() {
    // Given
    Map<String, String> empty = new HashMap<>();
    for (String name : new String[] {"model-path", "threads", "spinning", "weights", "size"}) {
      empty.put("inkstream." + name, "");
    }

    // Then
    assertThat(engine(empty)).isEqualTo(engine(Map.of()));
    assertThat(server(empty)).isEqualTo(server(Map.of()));
  }

  @Test
  void variablesAreReadByTheirUpperCaseNames() {
    EngineSettings engine =
        EngineSettings.from(
            Given.variables(Map.of("INKSTREAM_THREADS", "3", "INKSTREAM_WEIGHTS", "low-memory")));
    assertThat(engine.runtime().threads()).isEqualTo(3);
    assertThat(engine.precision()).isEqualTo(Precision.LOW_MEMORY);
  }

  @Test
  void amdsCardsHoldTensorsInFloat32AndRoundBetweenThem() {
    EngineSettings engine =
        engine(Map.of("inkstream.device", "migraphx:1", "inkstream.dtype", "bf16"));

    assertThat(engine.precision()).isEqualTo(new Precision.OnDevice(DType.F32, true));
    assertThat(engine.runtime().deviceSettings().inside()).isEqualTo(DType.BF16);
    assertThat(engine.element()).isEqualTo(DType.BF16);
    assertThat(engine.plannedCards().orElseThrow().element()).isEqualTo(DType.F32);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          threads              | 1025 | inkstream.threads (INKSTREAM_THREADS) is '1025', must be 0 to 1024
          threads              | two  | inkstream.threads (INKSTREAM_THREADS) is 'two', must be 0 to 1024
          spinning             | ja   | inkstream.spinning (INKSTREAM_SPINNING) is 'ja', must be true or false
          device               | gpu  | inkstream.device (INKSTREAM_DEVICE) is 'gpu', must be cpu, cuda, openvino, migraphx, tensorrt, coreml, or cuda:1 for the second card
          dtype                | fp8  | inkstream.dtype (INKSTREAM_DTYPE) is 'fp8', must be auto, fp32 or bf16
          dtype                | bf16 | inkstream.dtype (INKSTREAM_DTYPE) is 'bf16', must be auto or fp32 on cpu, whose kernels know no bf16
          device-memory        | much | inkstream.device-memory (INKSTREAM_DEVICE_MEMORY) is 'much', must be a size such as 24G
          device-memory        | 1K   | inkstream.device-memory (INKSTREAM_DEVICE_MEMORY) is '1K', must be a size such as 24G
          provider-options     | x    | inkstream.provider-options (INKSTREAM_PROVIDER_OPTIONS) is 'x', must be KEY=VALUE,…
          weights              | slow | inkstream.weights (INKSTREAM_WEIGHTS) is 'slow', must be one of [fast, low-memory]
          output-compression   | 101  | inkstream.output-compression (INKSTREAM_OUTPUT_COMPRESSION) is '101', must be 0 to 100
          num-inference-steps  | 0    | inkstream.num-inference-steps (INKSTREAM_NUM_INFERENCE_STEPS) is '0', must be 1 to 10000
          max-image-pixels     | 1e9  | inkstream.max-image-pixels (INKSTREAM_MAX_IMAGE_PIXELS) is '1e9', must be 256 to 2147483647
          size                 | big  | inkstream.size (INKSTREAM_SIZE) is 'big', must be WIDTHxHEIGHT such as 1024x1024
          """)
  void aWrongValueIsNamedWithWhatIsAllowed(String name, String value, String message) {
    assertThatThrownBy(() -> server(Map.of("inkstream." + name, value)))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
  }

  /// docs/design/several-cards.md.
  @Test
  void severalCardsComputeInFp32OnlyWhereTheAttentionsKernelIsChosen() {
    var given = Map.of("inkstream.device", "cuda", "inkstream.dtype", "fp32");
    var two = with(given, "inkstream.dp-size", "2");

    assertThatThrownBy(() -> engine(two))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "inkstream.dtype (INKSTREAM_DTYPE) is 'fp32', must be auto or bf16 on several cards: in"
                + " fp32 ONNX Runtime's attention runs on one alone, unless provider-options has"
                + " sdpa_kernel=16");
    assertThat(engine(given).dpSize()).isEqualTo(1);
    assertThat(engine(with(two, "inkstream.dtype", "bf16")).dpSize()).isEqualTo(2);
    assertThat(engine(with(two, "inkstream.device", "migraphx")).dpSize()).isEqualTo(2);
    assertThat(engine(with(two, "inkstream.provider-options", "sdpa_kernel=16")).dpSize())
        .isEqualTo(2);
  }

  @Test
  void noPocketModelIsSaidWithThePlacesLookedAt() {
    assertThatThrownBy(() -> engine(Map.of("inkstream.home", "/nowhere")))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("/nowhere: has no models/qwen-image-pocket");
  }

  @ParameterizedTest
  @CsvSource({"Qwen/Qwen-Image, Qwen-Image", "/models/a/, a", "C:\\models\\b, b", "c, c"})
  void theLastPartOfAPathIsAName(String path, String name) {
    assertThat(new ServedModel("served", path, true).answersTo(name)).isTrue();
    assertThat(new ServedModel("served", path, true).answersTo(name + "x")).isFalse();
  }

  /// As SGLang: `--served-model-name`, else `--model-id`, else the path.
  @Test
  void aModelHasTheNameThatItIsGiven() {
    assertThat(server(Map.of("inkstream.model-id", "Qwen-Image")).model().name())
        .isEqualTo("Qwen-Image");
    assertThat(
            server(Map.of("inkstream.model-id", "a", "inkstream.served-model-name", "b"))
                .model()
                .name())
        .isEqualTo("b");
    assertThat(server(Map.of()).model().name()).isEqualTo("qwen-image-pocket");
  }

  @Test
  void withTheCheckOffEveryNameIsServed() {
    assertThat(server(Map.of()).model().serves("dall-e-3")).isFalse();
    assertThat(server(Map.of("inkstream.check-model", "false")).model().serves("dall-e-3"))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "cpu, 1, auto, cpu, fast",
    "cuda, 1, auto, cuda, bf16",
    "cuda:1, 1, fp32, cuda:1, fp32 with tf32",
    "cuda:1, 3, bf16, cuda:1 to cuda:3, bf16"
  })
  void whatDrawsIsSaidInUsersWords(
      String device, int cards, String type, String names, String precision) {
    var engine =
        engine(
            Map.of(
                "inkstream.device",
                device,
                "inkstream.num-gpus",
                String.valueOf(cards),
                "inkstream.dtype",
                type));
    assertThat(engine.deviceNames()).isEqualTo(names);
    assertThat(engine.precision()).hasToString(precision);
  }

  private static Map<String, String> with(Map<String, String> given, String name, String value) {
    Map<String, String> all = new HashMap<>(given);
    all.put(name, value);
    return all;
  }

  private static EngineSettings engine(Map<String, String> given) {
    return EngineSettings.from(Given.properties(given));
  }

  private static ServerSettings server(Map<String, String> given) {
    return ServerSettings.from(engine(given).model(), Given.properties(given));
  }
}
