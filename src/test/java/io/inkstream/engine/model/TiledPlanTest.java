package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the VAE computes in tiles.
class TiledPlanTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Residency LEFT_IN_FILES = Residency.of(Optional.of(false));

  @TempDir Path folder;

  @Test
  void aWideVaeDoesWithFewThreads() throws IOException {
    assertThat(convolutions(96, Residency.AUTO, 8)).isEqualTo(Convolutions.TILED);
    assertThat(convolutions(96, Residency.AUTO, 9)).isEqualTo(Convolutions.PLAIN);
  }

  @Test
  void aNarrowOneAndOneInItsFilesDoNot() throws IOException {
    assertThat(convolutions(24, Residency.AUTO, 1)).isEqualTo(Convolutions.PLAIN);
    assertThat(convolutions(96, LEFT_IN_FILES, 1)).isEqualTo(Convolutions.PLAIN);
  }

  @Test
  void tilesTakeMoreMemory() throws IOException {
    var wide = of(96);

    assertThat(HostPlan.of(wide, Precision.FAST, Residency.AUTO, 8).bytes())
        .isGreaterThan(HostPlan.of(wide, Precision.FAST, Residency.AUTO, 9).bytes());
  }

  private Convolutions convolutions(int channels, Residency asked, int threads) throws IOException {
    return HostPlan.of(of(channels), Precision.FAST, asked, threads).convolutions();
  }

  /// The tiny snapshot, whose VAE says that it has so many channels.
  private QwenImageSnapshot of(int channels) throws IOException {
    Path snapshot = Files.createTempDirectory(folder, "wide").resolve("snapshot");
    try (var files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Path copy = snapshot.resolve(TINY.relativize(file).toString());
        Files.copy(file, copy);
      }
    }
    Path config = snapshot.resolve("vae/config.json");
    String text = Files.readString(config).replace("\"base_dim\": 8", "\"base_dim\": " + channels);
    Files.writeString(config, text);
    return QwenImageSnapshot.open(snapshot, Optional.empty());
  }
}
