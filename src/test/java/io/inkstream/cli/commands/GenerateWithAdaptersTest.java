package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.image.PngText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `generate --lora-path`.
class GenerateWithAdaptersTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  static final Path ADAPTERS = GOLDENS.resolve("lora/lora");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void anAdapterActsAndThePictureSaysSo() throws IOException {
    byte[] none = draw("none.png");
    byte[] one = draw("one.png", "--lora-path", ADAPTERS + "/style.ab_tr.safetensors");
    byte[] half = draw("half.png", "--lora-path", ADAPTERS + "/style.ab_tr.safetensors:0.5");
    byte[] same =
        draw(
            "same.png",
            "--lora-path",
            "half=" + ADAPTERS + "/style.ab_tr.safetensors",
            "--lora-path",
            ADAPTERS + "/second.lora_unet.safetensors:0",
            "--lora-scale",
            "0.5");

    assertThat(one).isNotEqualTo(none).isNotEqualTo(half);
    assertThat(PngText.read(folder.resolve("one.png")).get("inkstream"))
        .contains("\"lora\": [{\"name\": \"style.ab_tr\", \"scale\": 1}]");
    assertThat(PngText.read(folder.resolve("same.png")).get("inkstream"))
        .contains("{\"name\": \"half\", \"scale\": 0.5}", "\"second.lora_unet\", \"scale\": 0}");
    assertThat(pixels(same)).isEqualTo(pixels(half));
  }

  @Test
  void aFolderOfSeveralAdaptersIsToldWhichOfThemActs() throws IOException {
    byte[] named =
        draw(
            "named.png",
            "--lora-path",
            "style=" + ADAPTERS + ":0.5",
            "--lora-weight-name",
            "style.ab_tr.safetensors");
    byte[] given = draw("given.png", "--lora-path", ADAPTERS + "/style.ab_tr.safetensors:0.5");

    assertThat(pixels(named)).isEqualTo(pixels(given));
    assertThat(run(List.of("--lora-path", ADAPTERS.toString()))).isEqualTo(4);
    assertThat(err.toString()).contains("has several adapters");
  }

  @Test
  void anAlphaThatIsSaidActsInThePlaceOfTheFiles() throws IOException {
    String file = ADAPTERS + "/style.ab_tr.safetensors"; // of rank 2, and without an alpha
    byte[] half = draw("half.png", "--lora-path", file + ":0.5");
    byte[] one = draw("one.png", "--lora-path", file, "--lora-alpha", "1");

    assertThat(pixels(one)).isEqualTo(pixels(half));
  }

  private byte[] draw(String name, String... options) throws IOException {
    Path file = folder.resolve(name);
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--output", file.toString()));
    assertThat(run(words)).as("%s", err).isZero();
    return Files.readAllBytes(file);
  }

  /// What comes after the texts, which differ.
  private static byte[] pixels(byte[] png) {
    String bytes = new String(png, StandardCharsets.ISO_8859_1);
    return Arrays.copyOfRange(png, bytes.indexOf("IDAT"), png.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lora_dora_scale.safetensors    | dora_scale': belongs to DoRA, must be plain LoRA
          lora_lokr.safetensors          | lokr_w1': belongs to LoKr, must be plain LoRA
          lora_unknown_block.safetensors | is of no linear layer of this model, must be of one of its 146
          lora_wrong_in.safetensors      | shape is [4, 64], must be [rank, 48]
          refusals.json                  | header length is
          none.safetensors               | must be an existing file or folder, or owner/name
          """)
  void whatIsNoAdapterOfThisModelStopsTheStartInOneLine(String file, String message) {
    Path path = GOLDENS.resolve("lora/refusals").resolve(file);
    assertThat(run(List.of("--quiet", "--lora-path", path.toString()))).isEqualTo(4);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("inkstream: ").contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --lora-scale NaN                           | --lora-scale is 'NaN', must be a finite number
          --lora-alpha much                          | --lora-alpha is 'much', must be a finite number
          --lora-merge-mode fuse                     | --lora-merge-mode is 'fuse', must be auto, dynamic or merge
          --lora-nickname a                          | --lora-nickname has a name more than there are paths
          --lora-weight-name a                       | --lora-weight-name has a name more than there are paths
          --lora-path a=b --lora-path a=c            | --lora-path names two adapters 'a'
          --scheduler 3                              | --scheduler is "3", must be an object such as
          --scheduler {\"shift\":3}                  | --scheduler key is 'shift', must be one of
          """)
  void wrongOptionsAreRefusedInOneLine(String options, String message) {
    assertThat(run(List.of(options.split(" ")))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("inkstream: " + message);
  }

  private int run(List<String> options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "generate",
                "--prompt",
                "a pear",
                "--model-path",
                GOLDENS.resolve("tiny").toString(),
                "--size",
                "32x32",
                "--num-inference-steps",
                "2",
                "--seed",
                "1"));
    words.addAll(options);
    return InkstreamCommand.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
  }
}
