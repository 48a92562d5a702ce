package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Goldens;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenedFilesTest {
  @TempDir private Path folder;
  private Path weights;
  private OpenedFiles opened;

  @BeforeEach
  void openAComponent() throws IOException {
    Path vae = Goldens.POCKET.resolve("vae");
    for (String name : new String[] {"config.json", "diffusion_pytorch_model.safetensors"}) {
      Files.copy(vae.resolve(name), folder.resolve(name));
    }
    weights = folder.resolve("diffusion_pytorch_model.safetensors");
    opened = OpenedFiles.of(Component.open(folder));
  }

  @Test
  void whatNobodyWroteToIsUnchanged() {
    assertThatCode(opened::requireUnchanged).doesNotThrowAnyException();
  }

  @Test
  void aFileThatWasCutIsNamedWithItsSizes() throws IOException {
    long size = Files.size(weights);
    try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(4096);
    }

    assertThatThrownBy(opened::requireUnchanged)
        .isInstanceOf(ChangedFileException.class)
        .hasMessageStartingWith(
            weights.toRealPath()
                + " was written to while it is in use: it was "
                + size
                + " bytes of ")
        .hasMessageContaining(", it is 4096 bytes of ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aFileThatWasWrittenOverIsNoticedByItsTime() throws IOException {
    byte[] content = Files.readAllBytes(weights);
    Files.write(weights, content);
    Files.setLastModifiedTime(weights, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

    assertThatThrownBy(opened::requireUnchanged)
        .isInstanceOf(ChangedFileException.class)
        .hasMessageContaining("bytes of 2001-01-01T00:00:00Z");
  }

  @Test
  void aFileThatAnotherReplacedIsStillWhatIsMapped() throws IOException {
    Path other = Files.write(folder.resolve("other"), new byte[9]);
    Files.move(other, weights, StandardCopyOption.REPLACE_EXISTING);

    assertThatCode(opened::requireUnchanged).doesNotThrowAnyException();
  }

  @Test
  void aFileThatWasDeletedIsStillWhatIsMapped() throws IOException {
    Files.delete(weights);

    assertThatCode(opened::requireUnchanged).doesNotThrowAnyException();
  }

  @Test
  void aFileThatWasDeletedAndMadeAnewIsNotTheOldOneWrittenTo() throws IOException {
    byte[] content = Files.readAllBytes(weights);
    Files.delete(weights);
    Files.write(weights, content);
    Files.setLastModifiedTime(weights, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

    assertThatCode(opened::requireUnchanged).doesNotThrowAnyException();
  }
}
