package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.image.PngText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
          --threads -1                 | --threads is -1, must be 0 to 1024
          --weights big                | --weights is \"big\", must be one of [fast, low-memory]
          --output-format gif          | --output-format is 'gif', must be png, jpeg or webp
          --output a.gif               | --output is a.gif, must end in .png, .jpg or .webp
          --output a.png --output-format jpeg | --output-format is 'jpeg', must be that of the file's name
          --output a.png --output-path b | --output is a.png, cannot go with --output-path
          --output-compression 101     | --output-compression is 101, must be 0 to 100
          --width wide                 | Invalid value for option '--width': 'wide' is not an int
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
  void aFolderThatIsNoSnapshotIsAFailure() {
    assertThat(run("generate", "--prompt", "x", "--model-path", folder.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(folder + ": has no model_index.json");
  }

  @Test
  void helpNamesEveryOptionWithinTheTerminal() {
    assertThat(run("generate", "--help")).isZero();

    assertThat(out.toString())
        .contains("What to draw:", "Where to save it:", "--true-cfg-scale", "Examples:");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
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

  private int run(String... words) {
    return InkstreamCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }
}
