package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingSourcesTest {
  private static final String THREADS = "inkstream.threads";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("my.properties"), THREADS + "=3\n");
  }

  @AfterEach
  void clear() {
    System.clearProperty(THREADS);
  }

  @Test
  void aFlagBeatsWhatIsSetAroundItWhichBeatsTheFileWhichBeatsTheDefault() {
    assertThat(threads(Map.of(), Optional.empty())).isZero();
    assertThat(threads(Map.of(), Optional.of(file))).isEqualTo(3);
    System.setProperty(THREADS, "4");
    assertThat(threads(Map.of(), Optional.of(file))).isEqualTo(4);
    assertThat(threads(Map.of(THREADS, "5"), Optional.of(file))).isEqualTo(5);
  }

  @Test
  void aWrongValueIsNamedAsItWasGiven() {
    assertThatThrownBy(() -> threads(Map.of(THREADS, "x"), Optional.empty()))
        .isInstanceOfSatisfying(
            SettingException.class, wrong -> assertThat(wrong.isUsage()).isTrue())
        .hasMessage("--threads is 'x', must be 0 to 1024");
    System.setProperty(THREADS, "y");
    assertThatThrownBy(() -> threads(Map.of(), Optional.empty()))
        .isInstanceOfSatisfying(
            SettingException.class, wrong -> assertThat(wrong.isUsage()).isFalse())
        .hasMessage("inkstream.threads (INKSTREAM_THREADS) is 'y', must be 0 to 1024");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> threads(Map.of(), Optional.of(none)))
        .isInstanceOf(SettingException.class)
        .hasMessage("--config is '" + none + "', which is not there");
  }

  @Test
  void aFileOfFlagsIsReadAsFlagsAndAsProperties() throws IOException {
    for (String suffix : List.of("yaml", "json")) {
      Path flags = folder.resolve("flags." + suffix);
      String text = "\"threads\": 3, \"no_spinning\": true, \"inkstream.weights\": \"low-memory\"";
      Files.writeString(flags, "{" + text + ", \"lora_path\": [\"a\", \"b=c:0.5\"]}");

      var values = sources(Map.of(), Optional.of(flags)).values();

      assertThat(values.get(EngineEntries.THREADS)).isEqualTo(3);
      assertThat(values.get(EngineEntries.SPINNING)).isFalse();
      assertThat(values.get(EngineEntries.WEIGHTS)).hasToString("low-memory");
      assertThat(values.find(AdapterEntries.LORA_PATH)).contains(List.of("a", "b=c:0.5"));
    }
  }

  @Test
  void aNameThatIsNoSettingIsSaidWithTheNearest() {
    assertThat(Given.properties(Map.of("inkstream.thraeds", "1", "other.thing", "2")).warnings())
        .containsExactly(
            "INKSTREAM_THRAEDS is no known setting and has no effect; did you mean"
                + " INKSTREAM_THREADS?");
    assertThat(Given.variables(Map.of("INKSTREAM_JAVA_OPTS", "-Xmx1g")).warnings()).isEmpty();
  }

  private static int threads(Map<String, String> flags, Optional<Path> file) {
    return sources(flags, file).values().get(EngineEntries.THREADS);
  }

  private static SettingSources sources(Map<String, String> flags, Optional<Path> file) {
    return new SettingSources(flags, file);
  }
}
