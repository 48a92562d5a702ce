package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class GivenWordsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve    | --model_path a --port=1           | --model-path a --port=1
          serve    | --nnodes 1 --host h               | --host h
          serve    | --node_rank=0 --nnodes=1           | ''
          serve    | --enable-metrics --port 2         | --port 2
          serve    | --enable-metrics true --port 2    | --port 2
          serve    | --gpu-ids 1 --port 2              | --device=cuda:1 --port 2
          serve    | --allow-cudnn-tf32 false          | --no-tf32
          serve    | --text_encoder-weights-path x     | --text-encoder-weights-path x
          serve    | --warmup-resolutions 64x64 32x32  | --warmup-resolutions 64x64 32x32
          generate | --720p --prompt a                 | --size=1280x720 --prompt a
          generate | --output-quality low -n 2         | --output-compression=35 -n 2
          generate | --generator-device cuda --seed 1  | --seed 1
          generate | --quality lossless                | ''
          generate | --num_inference_steps=2           | --num-inference-steps=2
          generate | --prompt=--nnodes -- --port_x     | --prompt=--nnodes -- --port_x
          """)
  void sglangsWordsBecomeOurs(String command, String given, String meant) {
    assertThat(String.join(" ", words(command, given.split(" ")).words())).isEqualTo(meant);
  }

  @Test
  void whatHasNoEffectIsSaid() {
    assertThat(words("generate", "--generator-device", "cuda").warnings())
        .containsExactly("--generator-device: no effect, noise is always that of torch on a CPU");
    assertThat(words("serve", "--scheduler_port=5556").warnings())
        .containsExactly(
            "--scheduler-port: no effect, there is no other process to wait for or to reach");
  }

  @Test
  void wordsBeatAFileWhoseSettingsStayInIt() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.yaml"),
            """
            model_path: Qwen/Qwen-Image
            num_gpus: 1
            prompt: [a lake, "--quiet"]
            num_outputs: 3
            seed: 7
            enable_cache_dit: true
            guidance_scale: null
            """);

    var words = words("generate", "--num-outputs-per-prompt", "2", "--config", file.toString());

    assertThat(words.words())
        .containsExactly(
            "--num-outputs-per-prompt",
            "2",
            "--config",
            file.toString(),
            "--prompt=a lake",
            "--prompt=--quiet",
            "--seed=7",
            "--enable-cache-dit=true");
  }

  @Test
  void aFilesMistakesAreNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{\"nnodes\": 4}");
    assertThatThrownBy(() -> words("serve", "--config=" + file))
        .hasMessageStartingWith("--nnodes is '4', must be 1");
    Files.writeString(file, "{\"modl_path\": \"x\"}");
    assertThatThrownBy(() -> words("serve", "--config=" + file))
        .isInstanceOf(ParameterException.class)
        .hasMessage(file + " has 'modl_path', which is no flag, did you mean model_path?");
    Files.writeString(file, "[1]");
    assertThatThrownBy(() -> words("serve", "--config=" + file))
        .hasMessage(file + " must be an object of flags and their values");
    Files.writeString(file, "{");
    assertThatThrownBy(() -> words("serve", "--config=" + file))
        .hasMessageStartingWith(file + " cannot be read: ");
    assertThatThrownBy(() -> words("serve", "--config=none.yaml"))
        .hasMessage("--config is 'none.yaml', which is not there");
  }

  private static GivenWords words(String command, String... given) {
    return GivenWords.of(InkstreamCommand.specification(command), List.of(given));
  }
}
