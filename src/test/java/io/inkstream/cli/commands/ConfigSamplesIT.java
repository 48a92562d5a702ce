package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged server starts with each file of `config/` as it is. Flags stand in for what the
/// machine may lack: the emulated device for a card, the pocket model for Qwen-Image.
class ConfigSamplesIT {
  private static final Path CONFIG = Path.of("config").toAbsolutePath();
  private static final String POCKET =
      Path.of("src/main/models/qwen-image-pocket").toAbsolutePath().toString();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "serverless"})
  void samplesForAProcessorStart(String sample) throws Exception {
    startsWith(CONFIG.resolve(sample + ".properties"));
  }

  // A native executable refuses every card (CliIT).
  @ParameterizedTest
  @DisabledIf("io.inkstream.cli.commands.Program#isNative")
  @ValueSource(strings = {"one-gpu", "small-gpu", "cluster"})
  void samplesForACardStartOnTheEmulatedOne(String sample) throws Exception {
    startsWith(
        CONFIG.resolve(sample + ".properties"), "--device", "emulated", "--model-path", POCKET);
  }

  @Test
  void theFileOfAllSettingsStartsWithEveryLineOfItSet() throws Exception {
    String all = Files.readString(CONFIG.resolve("application.properties"));
    String set = all.replaceAll("(?m)^#(?=[a-z])", "");
    startsWith(Files.writeString(folder.resolve("all.properties"), set));
  }

  private void startsWith(Path file, String... flags) throws Exception {
    var words = new String[flags.length + 2];
    words[0] = "--config";
    words[1] = file.toString();
    System.arraycopy(flags, 0, words, 2, flags.length);
    try (var server = PackagedServer.start(folder, words)) {
      assertThat(server.gauge("inkstream_model_ready")).isEqualTo(1);
      assertThat(folder.resolve("err")).content().doesNotContain("no known setting");
    }
  }
}
