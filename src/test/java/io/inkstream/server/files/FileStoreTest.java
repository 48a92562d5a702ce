package io.inkstream.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.server.record.Owner;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.record.RecordFolder;
import io.inkstream.server.store.StoreFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
  private static final Duration AGE = Duration.ofDays(30);

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-11-28T12:00:00.5Z");

  @Test
  void aFileIsKeptWithWhatIsSaidOfIt() throws IOException {
    var store = store();

    ClientFile file = keep(store, "requests.jsonl", "{}\n");

    assertThat(store.find(file.id())).contains(file);
    assertThat(file.bytes()).isEqualTo(3);
    assertThat(file.created()).isEqualTo(now);
    assertThat(store.contents(file)).hasContent("{}\n");
    assertThat(store().list()).as("another process").containsExactly(file);
  }

  @Test
  void keepingASecondTimeAsAfterAKillChangesNothing() throws IOException {
    var store = store();
    String id = ClientFile.newId();
    Path draft = store.draft(id);
    Files.writeString(draft, "a");
    ClientFile file = store.keep(id, draft, "a", "batch_output", Optional.empty());

    assertThat(store.keep(id, draft, "a", "batch_output", Optional.empty())).isEqualTo(file);
    assertThat(store.contents(file)).hasContent("a");
  }

  @Test
  void aFileIsGoneWhenItIsDeletedOrTooOld() throws IOException {
    // Given
    var store = store();
    ClientFile deleted = keep(store, "a", "a");
    ClientFile old = keep(store, "b", "b");

    // When
    assertThat(store.delete(deleted.id())).isTrue();
    assertThat(store.delete(deleted.id())).isFalse();
    now = now.plus(AGE);

    // Then
    assertThat(store.list()).isEmpty();
    assertThat(store.find(old.id())).isEmpty();
    store.sweep();
    assertThat(names()).noneMatch(name -> name.startsWith("file-"));
  }

  @Test
  void noMoreAreTakenWhenTheStoreIsFull() throws IOException {
    var store = store();
    keep(store, "a", "0123456789");

    assertThatThrownBy(() -> store.draft(ClientFile.newId()))
        .isInstanceOf(RecordException.class)
        .hasMessage("no more files are kept: 10 bytes are, at most 10 may be");
  }

  @Test
  void whatWasLeftHalfWrittenIsDeletedWhenNobodyCanBeWritingItAnyMore() throws IOException {
    // Given
    var store = store();
    Path fresh = store.draft(ClientFile.newId());
    Path left = store.draft(ClientFile.newId());
    Files.writeString(fresh, "a");
    Files.writeString(left, "a");
    Files.setLastModifiedTime(fresh, FileTime.from(now));
    Files.setLastModifiedTime(left, FileTime.from(now.minus(Duration.ofDays(1))));

    // When
    store.sweep();

    // Then
    assertThat(fresh).exists();
    assertThat(left).doesNotExist();
  }

  @Test
  void anIdThatIsAPathLeadsNowhere() {
    assertThat(store().find("../../etc/passwd")).isEmpty();
    assertThat(store().delete("../a")).isFalse();
  }

  private ClientFile keep(FileStore store, String name, String contents) throws IOException {
    String id = ClientFile.newId();
    Path draft = store.draft(id);
    Files.writeString(draft, contents);
    return store.keep(id, draft, name, "batch", Optional.empty());
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(folder.resolve("files"))) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  private FileStore store() {
    var records =
        new RecordFolder(new StoreFolder(folder.resolve("files"), false), new Owner(folder));
    return new FileStore(records, new FileLimits(100, 10, AGE), () -> now);
  }
}
