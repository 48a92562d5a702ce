package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.PngEncoder;
import io.inkstream.server.order.GenerationParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InspectCommandTest {
  private static final String TINY = "src/test/resources/goldens/tiny";
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final String POCKET = "src/main/models/qwen-image-pocket";

  @TempDir private Path temp;

  @Test
  void showsASnapshotAsATable() {
    var run = CapturedRun.of("inspect", POCKET);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
        .contains(
            "pipeline class|QwenImagePipeline",
            "transformer",
            "class|QwenImageTransformer2DModel",
            "parameters|18.9 M",
            "dtypes|BF16",
            "shards|3",
            "layers|14",
            "heads|3",
            "head dim|64",
            "rope axes|16, 24, 24",
            "vocabulary|2048",
            "latent channels|16",
            "shift range|0.5, 0.9");
  }

  private static final String[] ON_TWO = {
    "inspect", POCKET, "--device=emulated", "--num-gpus=2", "--performance-mode=memory"
  };

  private static CapturedRun onTwo(String memory) {
    return CapturedRun.of(
        Stream.concat(Stream.of(ON_TWO), Stream.of("--device-memory=" + memory))
            .toArray(Object[]::new));
  }

  @Test
  void showsWhatWouldLieOnEachOfSeveralCards() {
    var run = onTwo("1300M");

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
        .containsSubsequence("emulated", "emulated:1")
        .anyMatch(
            line -> line.matches("transformer\\|.*, (all 14 blocks|blocks \\d+ to \\d+) stay"))
        .anyMatch(line -> line.matches("text encoder\\|.*stays"))
        .anyMatch(line -> line.matches("together\\|.* of 1.4 GB that may be used"));
  }

  @Test
  void showsWhyCardsWouldNotDo() {
    assertThat(onTwo("100M").out())
        .containsPattern(
            "refused +emulated has 104.9 MB that may be used, must have .* or more for this model on"
                + " 2 devices");
  }

  @Test
  void showsTheTurboModelsOwnNoiseLevels() {
    var run = CapturedRun.of("inspect", GOLDENS.resolve("qwen21/tiny21-turbo"));

    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
        .contains("pipeline class|QwenImage21Pipeline")
        .anyMatch(line -> line.startsWith("sample sigmas|1.0, 0.978453, "))
        .noneMatch(line -> line.startsWith("shift"));
  }

  @Test
  void showsTheSameAsJson() throws IOException {
    var run = CapturedRun.of("inspect", TINY, "--json");

    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.at("/snapshot/pipeline_class").asText()).isEqualTo("QwenImagePipeline");
    assertThat(json.at("/transformer/parameters").asLong()).isEqualTo(873_312);
    assertThat(json.at("/transformer/bytes_on_disk").asLong()).isEqualTo(2 * 873_312);
    assertThat(json.at("/transformer/rope_axes").toString()).isEqualTo("[4,6,6]");
    assertThat(json.at("/memory/fast_bytes").asLong())
        .isGreaterThan(4 * 873_312)
        .isLessThan(4 * 1_824_075);
  }

  @Test
  void aDamagedSnapshotGivesOneLine() throws IOException {
    Path model = copyOfTiny();
    Path weights = model.resolve("vae/diffusion_pytorch_model.safetensors");
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 100_000));

    assertNoModel(CapturedRun.of("inspect", model), "inkstream: " + weights);
  }

  @Test
  void aMissingTensorGivesOneLine() throws IOException {
    Path model = copyOfTiny();
    Path config = model.resolve("text_encoder/config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4"));

    assertNoModel(CapturedRun.of("inspect", model), "model.layers.3.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nowhere", "no/such-model", TINY + "/vae"})
  void whatIsNoModelGivesOneLine(String subject) {
    assertNoModel(CapturedRun.of("inspect", subject), "inkstream: ");
  }

  @Test
  void showsTheSettingsThatMadeAPicture() throws IOException {
    Path picture = picture(GenerationParameters.texts(settings()));

    var run = CapturedRun.of("inspect", picture);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("a red apple 🍎\nSteps: 20, Sampler: Euler, CFG scale: 4, Seed: 42")
        .contains("\n  \"prompt\": \"a red apple 🍎\",\n")
        .contains("\n  \"seed\": 42");
  }

  @Test
  void showsTheSettingsOfAPictureAsJson() throws IOException {
    Path picture = picture(GenerationParameters.texts(settings()));

    var json = new ObjectMapper().readTree(CapturedRun.of("inspect", "--json", picture).out());

    assertThat(json.at("/inkstream/num_inference_steps").asInt()).isEqualTo(20);
    assertThat(json.at("/parameters").asText()).startsWith("a red apple 🍎\n");
  }

  @Test
  void textOfAPictureCannotSteerTheTerminal() throws IOException {
    Path picture = picture(Map.of("parameters", "apple\u001b[2J\u009b1m\u202e"));

    assertThat(CapturedRun.of("inspect", picture).out().strip())
        .isEqualTo("apple\ufffd[2J\ufffd1m\ufffd");
  }

  @Test
  void aPictureWithoutSettingsSaysSo() throws IOException {
    assertOneLine(CapturedRun.of("inspect", picture(Map.of())), "keeps no settings");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "[1]", "{} {}", "{\"a\":"})
  void damagedSettingsGiveOneLine(String settings) throws IOException {
    assertOneLine(
        CapturedRun.of("inspect", picture(Map.of("inkstream", settings))),
        "its text \"inkstream\" is not");
  }

  @Test
  void aDamagedPictureGivesOneLine() throws IOException {
    Path picture = picture(Map.of("parameters", "apple"));
    byte[] png = Files.readAllBytes(picture);
    png[45] ^= 1;
    Files.write(picture, png);

    assertOneLine(CapturedRun.of("inspect", picture), picture + ": PNG chunk ");
  }

  @Test
  void anotherFileGivesOneLine() {
    assertOneLine(CapturedRun.of("inspect", "pom.xml"), "pom.xml: not a PNG file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.png", "pictures/apple.PNG", "a/b.jpg"})
  void aMissingPictureGivesOneLine(String name) {
    assertOneLine(CapturedRun.of("inspect", name), name + ": does not exist");
  }

  private static void assertNoModel(CapturedRun run, String part) {
    assertOneLine(run, part, 4);
  }

  private static void assertOneLine(CapturedRun run, String part) {
    assertOneLine(run, part, 1);
  }

  private static void assertOneLine(CapturedRun run, String part, int exitCode) {
    assertThat(run.err().lines()).singleElement().asString().contains(part);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  private static Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("prompt", "a red apple 🍎");
    settings.put("num_inference_steps", 20);
    settings.put("true_cfg_scale", 4.0);
    settings.put("seed", 42L);
    return settings;
  }

  private Path picture(Map<String, String> texts) throws IOException {
    var pixels = new Pixels(2, 2, new byte[12]);
    return Files.write(temp.resolve("p.png"), new PngEncoder(6).encode(pixels, texts));
  }

  private Path copyOfTiny() throws IOException {
    Path from = Path.of(TINY);
    Path model = temp.resolve("model");
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(from.relativize(file).toString()));
      }
    }
    return model;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          checkpoints/files/q8_0.gguf                       | GGUF        | transformer  | no: tensor 'transformer_blocks.2
          checkpoints/files/comfy_fp8_scaled.safetensors    | safetensors | transformer  | no: tensor 'transformer_blocks.2
          checkpoints/files/comfy_bf16.safetensors          | safetensors | transformer  | no: tensor 'transformer_blocks.2
          checkpoints/files/text_encoder_q4_k_m.gguf        | GGUF        | text encoder | no: tensor 'model.layers.
          checkpoints/files/vae_wan_names.safetensors       | safetensors | VAE          | yes: --vae-path
          checkpoints/refusals/nunchaku.safetensors         | safetensors | none of      | no: tensor 'transformer_blocks.0
          checkpoints/refusals/type_iq4_nl.gguf             | GGUF        | none of      | no
          checkpoints/refusals/arch_qwen_image_but_2_1.gguf | GGUF        | none of      | no: tensor 'txt_in.text_norm
          """)
  void saysWhatASingleFileIsAndWhetherItCanBeUsed(
      String file, String format, String holds, String usable) throws IOException {
    var run = CapturedRun.of("inspect", "--json", GOLDENS.resolve(file));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode facts = new ObjectMapper().readTree(run.out()).get("file");
    assertThat(facts.get("format").asText()).isEqualTo(format);
    assertThat(facts.get("holds").asText()).startsWith(holds);
    assertThat(facts.get("usable").asText()).startsWith(usable);
    assertThat(facts.get("tensors").asInt()).isPositive();
    assertThat(facts.get("stored").size()).isPositive();
  }

  @Test
  void describesAModelOfASnapshotAndSingleFiles() {
    var run =
        CapturedRun.of(
            "inspect",
            GOLDENS.resolve("small"),
            "--transformer-path",
            GOLDENS.resolve("checkpoints/files/q8_0.gguf"),
            "--vae-path",
            GOLDENS.resolve("checkpoints/files/vae_wan_names.safetensors"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
        .contains("dtypes|BF16, F32, Q8_0", "latent channels|16");
  }

  @Test
  void aDamagedSingleFileIsRefusedInOneLine() {
    var run = CapturedRun.of("inspect", GOLDENS.resolve("checkpoints/refusals/version_99.gguf"));

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("is GGUF of version 99, must be 2 or 3");
  }
}
