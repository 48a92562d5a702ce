package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Goldens;
import io.inkstream.engine.forecast.ForecastTables;
import io.inkstream.engine.forecast.Laboratory;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where tables lie and whose they are.
class ForecastTablesOnDiskTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final ForecastTableFile.Entry ENTRY =
      new ForecastTableFile.Entry(Laboratory.table(20, 10), "256x256", "laboratory", 32.125);

  @TempDir private Path temp;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = temp.resolve("new").resolve("tables.json");
    var written = new ForecastTableFile("abc", List.of(ENTRY));
    written.write(file);
    var read = ForecastTableFile.read(file);
    assertThat(read.fingerprint()).isEqualTo("abc");
    assertThat(read.tables()).isEqualTo(written.tables());
    assertThat(read.entries().getFirst().size()).isEqualTo("256x256");
  }

  @Test
  void aTableReplacesTheOneOfItsKind() {
    var other = new ForecastTableFile.Entry(Laboratory.table(20, 10), "256x256", "others", 40);
    var more = new ForecastTableFile.Entry(Laboratory.table(50, 20), "256x256", "others", 40);
    var file = new ForecastTableFile("abc", List.of(ENTRY)).with(other).with(more);
    assertThat(file.entries()).containsExactly(other, more);
  }

  @Test
  void tablesInTheCacheFolderAreUsedIfTheyAreTheModels() throws IOException {
    // Given
    var store = store(TINY, temp);
    assertThat(store.tables(Optional.empty())).isEqualTo(ForecastTables.NONE);
    var file = new ForecastTableFile(store.fingerprint(), List.of(ENTRY));

    // When
    file.write(store.file());

    // Then
    assertThat(store.file()).startsWith(temp.resolve("inkstream").resolve("forecast"));
    assertThat(store(TINY, temp).tables(Optional.empty())).isEqualTo(file.tables());
  }

  @Test
  void aNamedFileOfAnotherModelIsRefused() throws IOException {
    Path file = temp.resolve("tables.json");
    new ForecastTableFile("0123", List.of(ENTRY)).write(file);
    assertThatThrownBy(() -> store(TINY, temp).tables(Optional.of(file)))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("was fitted to the model 0123, must be fitted to ");
  }

  @Test
  void aMissingOrDamagedFileIsNamed() throws IOException {
    Path missing = temp.resolve("no.json");
    assertThatThrownBy(() -> ForecastTableFile.read(missing))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("no.json");
    assertThatThrownBy(() -> ForecastTableFile.read(written("{\"fingerprint\": 1, ")))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("is not valid JSON");
    assertThatThrownBy(() -> ForecastTableFile.read(written("{\"fingerprint\": \"a\"}")))
        .hasMessageContaining("tables is missing");
    String table = "{\"sigmas\": [1, 0], \"computed\": [1], \"weights\": [[1, 0]]}";
    String json = "{\"fingerprint\": \"a\", \"tables\": [" + table + "]}";
    assertThatThrownBy(() -> ForecastTableFile.read(written(json)))
        .hasMessageContaining("computed of a forecast table must begin with step 0");
  }

  @Test
  void anotherTrainingHasAnotherFingerprint() throws IOException {
    // Given
    Path copy = temp.resolve("copy");
    try (var files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(TINY.relativize(file).toString()));
      }
    }
    String before = store(copy, temp).fingerprint();
    assertThat(before).isEqualTo(store(TINY, temp).fingerprint()).hasSize(32);
    assertThat(before).isNotEqualTo(store(Goldens.POCKET, temp).fingerprint());

    // When: one weight changes in its middle
    var entry =
        QwenImageSnapshot.open(copy, Optional.empty()).transformer().tensor("img_in.weight");
    byte[] bytes = Files.readAllBytes(entry.file());
    bytes[(int) (entry.offset() + entry.length() / 2)] ^= 1;
    Files.write(entry.file(), bytes);

    // Then
    assertThat(store(copy, temp).fingerprint()).isNotEqualTo(before);
  }

  @Test
  void thePocketModelCarriesTablesOfItsOwn() {
    var snapshot = QwenImageSnapshot.open(Goldens.POCKET, Optional.empty());
    var tables =
        new ForecastStore(snapshot, Map.of("XDG_CACHE_HOME", temp + "")).tables(Optional.empty());
    assertThat(tables.find(Laboratory.sigmas(20), 10)).isPresent();
    assertThat(tables.find(Laboratory.sigmas(50), 20)).isPresent();
  }

  private Path written(String text) throws IOException {
    return Files.writeString(temp.resolve("tables.json"), text);
  }

  private static ForecastStore store(Path model, Path caches) {
    var snapshot = QwenImageSnapshot.open(model, Optional.empty());
    return new ForecastStore(snapshot, Map.of("XDG_CACHE_HOME", caches.toString()));
  }
}
