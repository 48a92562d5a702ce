package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `generate` with 504 damaged adapters, GGUF and single files: each is a line and exit code 4,
/// soon, without much memory.
class DamagedFilesTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final int EACH = 72;
  private static final long MOST_BYTES = 200L << 20;

  /// A sound file and what it is given as.
  private record Sound(String option, String file) {
    Path path() {
      return GOLDENS.resolve(file);
    }
  }

  private static final List<Sound> FILES =
      List.of(
          new Sound("--lora-path", "checkpoints/lora/style.lora_unet.safetensors"),
          new Sound("--transformer-path", "checkpoints/files/q8_0.gguf"),
          new Sound("--transformer-path", "checkpoints/files/q5_0_sdcpp.gguf"),
          new Sound("--text-encoder-path", "checkpoints/files/text_encoder_q4_k_m.gguf"),
          new Sound("--transformer-path", "checkpoints/files/comfy_fp8_scaled.safetensors"),
          new Sound("--transformer-path", "checkpoints/files/comfy_int8_convrot.safetensors"),
          new Sound("--vae-path", "checkpoints/files/vae_wan_names.safetensors"));

  @TempDir Path folder;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyDamagedFileIsOneLineAndExitCodeFour() throws IOException {
    int tried = 0;
    for (Sound sound : FILES) {
      byte[] whole = Files.readAllBytes(sound.path());
      boolean gguf = sound.file().endsWith(".gguf");
      for (int i = 0; i < EACH; i++) {
        var random = new Random(31L * tried++);
        int way = i % DamagedFile.WAYS;
        byte[] damaged =
            gguf
                ? DamagedFile.gguf(whole, way, random)
                : DamagedFile.safetensors(whole, way, random);
        refused(sound, "way %d of %s, %d".formatted(way, sound.file(), i), damaged);
      }
    }
    assertThat(tried).isGreaterThanOrEqualTo(500);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private void refused(Sound sound, String what, byte[] damaged) throws IOException {
    Path file = folder.resolve(sound.path().getFileName());
    Files.write(file, damaged);
    long before = allocated();
    var run = generate(sound.option(), file);
    assertThat(allocated() - before).as(what).isLessThan(MOST_BYTES);
    assertThat(run.exitCode()).as("%s: %s", what, run.err()).isEqualTo(4);
    assertThat(run.err().lines()).as(what).hasSize(1);
    assertThat(run.err()).as(what).startsWith("inkstream: " + file);
    assertThat(run.out()).as(what).isEmpty();
  }

  @Test
  void aScaleThatIsNoNumberIsRefusedByItsTensor() throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDENS.resolve("checkpoints/files/q8_0.gguf"));
    Path file = folder.resolve("nan.gguf");
    Files.write(file, DamagedFile.withAScaleThatIsNone(bytes));

    var run = generate("--transformer-path", file);

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).contains("nan.gguf: tensor '", "NaN, must be a finite number");
    assertThat(run.err().lines()).hasSize(1);
  }

  private CapturedRun generate(String option, Path file) {
    return CapturedRun.of(
        "generate",
        "--quiet",
        "--model-path",
        GOLDENS.resolve("small"),
        option,
        file,
        "--prompt",
        "a fox",
        "--size",
        "64x64",
        "--num-inference-steps",
        "1",
        "--output",
        folder.resolve("fox.png"));
  }

  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
