package io.inkstream.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QwenImageSnapshotTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @TempDir Path copy;

  @BeforeEach
  void copySnapshot() throws IOException {
    try (var files = Files.walk(TINY)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(TINY.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }

  @Test
  void anotherPatchSizeIsRefusedByFileValueAndWhatIsAllowed() throws IOException {
    // Given: a configuration that is right in itself
    change("\"patch_size\": 2", "\"patch_size\": 4");
    change("\"in_channels\": 64", "\"in_channels\": 256");

    // Then
    assertRefused("patch_size is 4, must be 2, this version runs no other");
  }

  @Test
  void aTransformerForOtherEmbeddingsIsRefused() throws IOException {
    change("\"joint_attention_dim\": 64", "\"joint_attention_dim\": 32");

    assertRefused("joint_attention_dim is 32, must be the text encoder's hidden_size, 64");
  }

  private void change(String from, String to) throws IOException {
    Path config = copy.resolve("transformer/config.json");
    String text = Files.readString(config);
    if (!text.contains(from)) {
      throw new IllegalStateException(from + " is not in " + text);
    }
    Files.writeString(config, text.replace(from, to));
  }

  private void assertRefused(String problem) {
    assertThatThrownBy(() -> QwenImageSnapshot.open(copy, Optional.empty()))
        .isInstanceOf(SnapshotException.class)
        .hasMessage(copy.resolve("transformer/config.json") + ": " + problem);
  }
}
