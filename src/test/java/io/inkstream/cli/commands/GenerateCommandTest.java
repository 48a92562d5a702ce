package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.image.PngText;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.PictureRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --width 8                    | --width is 8, must be 16 to 32768
          --size 256                   | --size is '256', must be WIDTHxHEIGHT
          --size 256x256 --width 256   | --size is '256x256', must be WIDTHxHEIGHT such as 256x192, without --width
          --num-inference-steps 0      | --num-inference-steps is 0, must be 1 to 10000
          --true-cfg-scale NaN         | --true-cfg-scale is NaN, must be a number of 0 or more
          --guidance-scale -1          | --guidance-scale is -1.0, must be a number of 0 or more
          --max-sequence-length 2000   | --max-sequence-length is 2000, must be 1 to 1024
          -n 0                         | --num-outputs-per-prompt is 0, must be 1 to 10000
          --seed 1 2 -n 3              | --seed is a list of 2, must be one number, or one for each of 3 pictures
          --seed -1                    | --seed is -1, must be a whole number of 0 or more, or a list of those
          --threads -1                 | --threads is '-1', must be 0 to 1024
          --weights big                | --weights is 'big', must be one of [fast, low-memory]
          --output-format gif          | --output-format is 'gif', must be png, jpeg
          --output a.gif               | --output is a.gif, must end in .png, .jpg
          --output a.png --output-format jpeg | --output-format is 'jpeg', must be that of the file's name
          --output a.png --output-path b | --output is a.png, cannot go with --output-path
          --output-compression 101     | --output-compression is 101, must be 0 to 100
          --width wide                 | Invalid value for option '--width': 'wide' is not an int
          --cache-dit-params [1]       | --cache-dit-params is [1], must be a JSON object
          --cache-dit-params {         | --cache-dit-params is '{', must be a JSON object
          --cache-dit-params {\"Fn\":1} | --cache-dit-params key 'Fn' is unknown, must be one of Fn_compute_blocks
          --cache-dit-params {\"taylorseer_order\":9} | --cache-dit-params: taylorseer_order is 9, must be 0 to 4
          --enable-cache-dit=perhaps   | Invalid value for option '--enable-cache-dit'
          --enable-cache-dit --cache-dit-params {\"scm_preset\":\"slow\"} --num-inference-steps 5 | --num-inference-steps is 5, must be 4, 6, or 8 and more with an scm_preset
          --device emulated --enable-cache-dit --cache-dit-params {\"enable_dmd\":true} | --cache-dit-params: enable_dmd is true, must be false on a device
          --device emulated --dp-size 2   | --dp-size is '2', must be 1 here: only a server has replicas
          --ring-degree 2                 | --ring-degree is '2', must be 1: ring attention wants
          --heigth 256                 | Unknown options: '--heigth', '256', did you mean --height?
          """)
  void badValuesAreRefusedInOneLine(String options, String message) {
    List<String> words = new ArrayList<>(List.of("generate", "--prompt", "an apple"));
    words.addAll(Arrays.asList(options.split(" ")));

    int exit = run(words.toArray(String[]::new));

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("inkstream: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileOfPromptsThatNeverEndsIsRefused() {
    int code = run("generate", "--prompt-path", "/dev/zero");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "inkstream: --prompt-path is /dev/zero, must be a text file of 4 MiB or less");
  }

  @Test
  void aPromptIsNeeded() {
    assertThat(run("generate")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("inkstream: --prompt is missing, must be one text or more\n");
  }

  @Test
  void anOptionIsNoPrompt() {
    assertThat(run("generate", "--prompt", "--quiet")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing value for option '--prompt'");
  }

  @Test
  void aPromptThatBeginsWithAnAtIsNoFileOfOptions() throws IOException {
    Path file = Files.writeString(folder.resolve("options"), "x --unknown");

    assertThat(run("generate", "--prompt", "@" + file, "--model-path", folder.toString()))
        .as("%s", err)
        .isEqualTo(4);
  }

  @Test
  void aPromptMayLookLikeAnOptionAfterAnEqualsSign() {
    assertThat(run("generate", "--prompt=--quiet", "--model-path", folder.toString()))
        .as("%s", err)
        .isEqualTo(4);
  }

  @Test
  void aFolderThatIsNoSnapshotIsAFailure() {
    assertThat(run("generate", "--prompt", "x", "--model-path", folder.toString())).isEqualTo(4);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(folder + ": has no model_index.json");
  }

  @Test
  void helpNamesEveryOptionWithinTheTerminal() {
    assertThat(run("generate", "--help-all")).isZero();

    assertThat(out.toString())
        .contains("What to draw:", "--output", "--true-cfg-scale", "Examples:");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void everyFieldOfAnOrderIsAnOptionButWordsForOthers(Field field) {
    var words = EnumSet.of(Field.QUALITY, Field.OUTPUT_QUALITY);
    String option =
        switch (field) {
          case N -> "-n";
          case LORA -> "--lora-path";
          case IMAGES -> "--image-path";
          case MASK -> "--mask-path";
          default -> "--" + field.wireName().replace('_', '-');
        };

    run("generate", "--help-all");

    assertThat(out.toString().matches("(?s).*\\s" + option + "[,=\\s\\[].*"))
        .isEqualTo(field.ordered() && !words.contains(field));
  }

  @Test
  void versionNamesTheProgramAndItsEngine() {
    assertThat(run("--version")).isZero();

    assertThat(out.toString())
        .containsPattern("Inkstream \\d+\\.\\d+")
        .containsPattern("ONNX Runtime \\d+\\.\\d+\\.\\d+")
        .doesNotContain("${");
  }

  @Test
  void drawsAPictureThatSaysHowItWasMade() throws IOException {
    Path file = folder.resolve("apple.png");

    int exit = draw("--prompt", "a red apple", "--output", file.toString());

    assertThat(err.toString()).contains("step 1/2 ", "step 2/2 ", "decoding", "seed 42");
    assertThat(exit).isZero();
    assertThat(out.toString()).isEqualTo(file + "\n");
    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(128);
    Map<String, String> texts = PngText.read(file);
    assertThat(texts.get("parameters"))
        .startsWith("a red apple\n")
        .contains("Steps: 2", "CFG scale: 4", "Seed: 42", "Size: 128x112", "qwen-image-pocket");
    assertThat(texts.get("inkstream")).contains("\"negative_prompt\": \" \"");
  }

  @Test
  void aPictureIsDrawnAnewAndSaysOfWhich() throws IOException {
    // Given
    Path first = folder.resolve("first.png");
    assertThat(draw("--prompt", "a red apple", "--output", first.toString())).isZero();

    // When
    Path second = folder.resolve("second.png");
    List<String> edit =
        List.of("--prompt", "a green apple", "--image-path", first.toString(), "--strength", "0.5");
    int exit = draw(edit, "--mask-path", first.toString(), "-o", second.toString());

    // Then
    assertThat(exit).as(err.toString()).isZero();
    assertThat(err.toString()).contains("reading the picture", "step 10/10 ");
    assertThat(second).isNotEqualTo(Files.readAllBytes(first));
    var kept = new ObjectMapper().readTree(PngText.read(second).get("inkstream"));
    assertThat(kept.get("strength").asDouble()).isEqualTo(0.5);
    assertThat(kept.get("images").get(0).get("file_id").asText()).isEqualTo("first.png");
    assertThat(kept.get("images").get(0).get("sha256").asText()).hasSize(64);
    assertThat(kept.get("mask").get("file_id").asText()).isEqualTo("first.png");
  }

  @Test
  void aPictureThatIsNoneIsRefusedInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Path missing = folder.resolve("missing.png");

    assertThat(draw("--prompt", "a cat", "--image-path", text.toString())).isEqualTo(2);
    assertThat(draw("--prompt", "a cat", "--image-path", missing.toString())).isEqualTo(2);
    assertThat(draw("--prompt", "a cat", "--strength", "0.5")).isEqualTo(2);

    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("inkstream: --image-path is " + text),
            line -> assertThat(line).startsWith("inkstream: --image-path is " + missing),
            line ->
                assertThat(line).startsWith("inkstream: --strength is given without a picture"));
  }

  @Test
  void refusalsOfPicturesNameTheOptionsThatWereGiven() throws IOException {
    Path picture =
        Files.copy(Path.of("src/test/resources/pictures/rgb.png"), folder.resolve("mask_mode.png"));
    List<String> edit = List.of("--prompt", "a cat", "--image-path", picture.toString());

    assertThat(draw(edit, picture.toString())).isEqualTo(2);
    assertThat(draw(edit, "--mask-path", picture.toString(), "--mask-mode", "alpha")).isEqualTo(2);
    assertThat(draw("--prompt", "a cat", "--mask-path", picture.toString())).isEqualTo(2);
    assertThat(draw("--prompt", "a cat", "--image-path", "no/mask_mode")).isEqualTo(2);

    assertThat(err.toString().lines().filter(line -> line.startsWith("inkstream: ")))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("inkstream: --image-path is a list of 2, must be "),
            line ->
                assertThat(line)
                    .startsWith("inkstream: --mask-path is a picture without an alpha channel")
                    .endsWith("or --mask-mode white"),
            line ->
                assertThat(line).startsWith("inkstream: --mask-path is given without a picture"),
            line -> assertThat(line).endsWith("--image-path is no/mask_mode, must be there"));
  }

  @Test
  void aCacheIsSeenInProgressReportAndPictureWhichCanBeMadeAgain() throws IOException {
    // Given
    Path first = folder.resolve("first.png");
    String params =
        "{\"residual_diff_threshold\": 1, \"max_warmup_steps\": 2, \"enable_taylorseer\": true}";

    // When
    List<String> words = new ArrayList<>(List.of("--prompt", "a pear", "--cache-report"));
    words.addAll(List.of("--num-inference-steps", "4", "--enable-cache-dit"));
    int exit = draw(words, "--cache-dit-params", params, "-o", first.toString());

    // Then
    assertThat(exit).isZero();
    assertThat(err.toString())
        .contains("step 2/4 computed, ", "step 3/4 forecast, ")
        .contains(" step  prompt                              negative prompt\n")
        .contains("    2  computed          warmup            computed          warmup\n")
        .contains("    4  forecast                            forecast\n")
        .containsPattern("\n2 of 4 steps reused, estimated speed-up 1\\.\\d+ \\(DBCache_F1B0_W2");
    Map<String, String> texts = PngText.read(first);
    assertThat(texts.get("parameters"))
        .contains(", Cache: DBCache_F1B0_W2I1M0MC3_R1.0_CFG1_T1O1_S2")
        .doesNotContain("Cache dit params");
    assertThat(texts.get("inkstream")).contains("\"enable_cache_dit\": true");

    // When
    var settings = new ObjectMapper().readTree(texts.get("inkstream"));
    Path again = folder.resolve("again.png");
    words.add("true");
    draw(
        words,
        "--cache-dit-params",
        settings.get("cache_dit_params").toString(),
        "-o",
        again.toString());

    // Then
    assertThat(again).hasSameBinaryContentAs(first);
  }

  @Test
  void parametersAloneEnableNothingAndThatIsSaid() {
    int exit =
        draw(
            "--prompt",
            "a pear",
            "--cache-dit-params",
            "{\"secondary\": {\"Fn_compute_blocks\": 1}}",
            "--cache-report",
            "-o",
            folder.resolve("pear.png").toString());

    assertThat(exit).isZero();
    assertThat(err.toString())
        .contains(
            "inkstream: --cache-dit-params secondary: no effect, the model has one transformer\n",
            "inkstream: --cache-dit-params: no effect without --enable-cache-dit\n",
            "no cache to report: give --enable-cache-dit\n");
  }

  @Test
  void moreBlocksThanTheModelHasAreRefused() {
    int exit =
        draw(
            "--prompt",
            "a pear",
            "--enable-cache-dit",
            "--cache-dit-params",
            "{\"Fn_compute_blocks\": 15}",
            "-q");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "inkstream: --cache-dit-params: Fn_compute_blocks is 15, must be at most 14, the"
                + " transformer's blocks\n");
  }

  @Test
  void variablesAreObeyedAndBeatenByOptions() throws IOException {
    // Given
    System.setProperty("sglang.cache-dit.enabled", "yes");
    System.setProperty("sglang.cache-dit.fn", "15");
    try {
      // When
      assertThat(draw("--prompt", "a pear", "-q")).isEqualTo(3);

      // Then
      assertThat(err.toString())
          .isEqualTo(
              "inkstream: sglang.cache-dit.fn (SGLANG_CACHE_DIT_FN) is '15', must be at most 14,"
                  + " the transformer's blocks\n");

      // When
      Path file = folder.resolve("pear.png");
      String fn = "{\"Fn_compute_blocks\": 3}";
      draw("--prompt", "a pear", "-q", "-o", file.toString(), "--cache-dit-params", fn);

      // Then
      assertThat(PngText.read(file).get("parameters")).contains("DBCache_F3B0_W4");

      // When
      draw("--prompt", "a pear", "-q", "-o", file.toString(), "--enable-cache-dit", "false");

      // Then
      assertThat(PngText.read(file).get("inkstream")).doesNotContain("cache");
    } finally {
      System.clearProperty("sglang.cache-dit.enabled");
      System.clearProperty("sglang.cache-dit.fn");
    }
  }

  @Test
  void aVariableThatDoesNotGoWithTheDeviceEndsTheCommandBeforeTheModelIsLoaded() {
    System.setProperty("sglang.cache-dit.enabled", "1");
    System.setProperty("sglang.cache-dit.dmd", "1");
    try {
      assertThat(run("generate", "--prompt", "x", "--device", "cuda")).isEqualTo(3);
      assertThat(err.toString())
          .isEqualTo(
              "inkstream: sglang.cache-dit.dmd (SGLANG_CACHE_DIT_DMD) is 'true', must be false on"
                  + " a device, where the residuals stay: SGLANG_CACHE_DIT_TAYLORSEER works"
                  + " there\n");
    } finally {
      System.clearProperty("sglang.cache-dit.enabled");
      System.clearProperty("sglang.cache-dit.dmd");
    }
  }

  @Test
  void aWrongVariableEndsTheCommand() {
    System.setProperty("sglang.cache-dit.rdt", "much");
    try {
      assertThat(run("generate", "--prompt", "x")).isEqualTo(3);
      assertThat(err.toString())
          .isEqualTo(
              "inkstream: sglang.cache-dit.rdt (SGLANG_CACHE_DIT_RDT) is 'much', must be a"
                  + " number\n");
    } finally {
      System.clearProperty("sglang.cache-dit.rdt");
    }
  }

  @Test
  void eachOfSeveralPicturesCanBeMadeAgainAlone() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "\n  a panda \n");
    draw(
        "--prompt-path",
        prompts.toString(),
        "-n",
        "2",
        "--seed",
        "7",
        "--output-path",
        folder + "/all");
    draw("--prompt", "a panda", "--seed", "8", "--output-path", folder + "/one", "--quiet");

    assertThat(out.toString().lines())
        .containsExactly(
            folder + "/all/a-panda-7.png",
            folder + "/all/a-panda-8.png",
            folder + "/one/a-panda-8.png");
    assertThat(folder.resolve("one/a-panda-8.png"))
        .hasSameBinaryContentAs(folder.resolve("all/a-panda-8.png"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--sampler ab2 --true-cfg-scale 2.5 --negative-prompt blurry",
        "--enable-cache-dit --cache-dit-params {\"residual_diff_threshold\":1}",
        "--forecast 0.5 --max-sequence-length 2"
      })
  void aPictureReadBackIsDrawnAgain(String way) throws IOException {
    // Given
    Path file = folder.resolve("first.png");
    List<String> words = new ArrayList<>(List.of(way.split(" ")));
    words.addAll(List.of("--prompt", "a red apple", "--num-inference-steps", "6"));
    assertThat(draw(words, "--seed", "7", "-o", file.toString())).isZero();
    Map<String, String> texts = PngText.read(file);

    // When
    var order = PictureRecord.read(texts);
    var model = DefaultModel.resolve(Optional.empty());
    var settings = new ModelSettings(model, Optional.empty(), Precision.LOW_MEMORY);
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      var again =
          pipeline.generate(order.drawing(), event -> {}, new CancellationSignal()).getFirst();

      // Then
      assertThat(file).hasBinaryContent(order.output().encoder().encode(again.pixels(), texts));
    }
  }

  @Test
  void formatFollowsTheNameAndQuietSaysOnlyTheFile() throws IOException {
    Path file = folder.resolve("apple.jpg");

    int exit =
        draw("--prompt", "a red apple", "-o", file.toString(), "-q", "--output-compression", "50");

    assertThat(exit).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(Files.readAllBytes(file)).startsWith(0xff, 0xd8);
  }

  private int draw(String... options) {
    List<String> words =
        new ArrayList<>(List.of("generate", "--size", "128x120", "--weights", "low-memory"));
    words.addAll(List.of("--num-inference-steps", "2"));
    words.addAll(List.of(options));
    return run(words.toArray(String[]::new));
  }

  private int draw(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    all.addAll(0, List.of("generate", "--size", "128x120", "--weights", "low-memory"));
    return run(all.toArray(String[]::new));
  }

  private int run(String... words) {
    return InkstreamCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }
}
