package io.inkstream.server.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureStoreTest {
  private static final Duration AGE = Duration.ofHours(1);

  @TempDir private Path parent;
  private Path folder;
  private Instant now = Instant.now();

  @BeforeEach
  void folderIsNotThereYet() {
    folder = parent.resolve("deep/pictures");
  }

  @Test
  void everyPictureOfAnAnswerIsFoundAgain() throws IOException {
    // Given
    var store = store(100);
    String id = PictureStore.newId();

    // When
    store.put(id, "png", List.of(bytes(3), bytes(4)));

    // Then
    var second = store.find(id, 1).orElseThrow();
    assertThat(second.file()).hasBinaryContent(bytes(4));
    assertThat(second.name()).isEqualTo(id + "-1.png");
    assertThat(second.extension()).isEqualTo("png");
    assertThat(second.bytes()).isEqualTo(4);
    assertThat(second.modified().getNano()).isZero();
    assertThat(store.find(id, 2)).isEmpty();
    assertThat(store.find(PictureStore.newId(), 0)).isEmpty();
    assertThat(names()).containsExactlyInAnyOrder(id + "-0.png", id + "-1.png");
  }

  @Test
  void idsAreLongAndNeverTheSame() {
    assertThat(PictureStore.newId()).matches("img-[0-9a-f]{40}").isNotEqualTo(PictureStore.newId());
  }

  @Test
  void theOldestGoWhenThereIsNoRoomLeft() throws IOException {
    // Given
    var store = store(10);
    String oldest = put(store, 4, Duration.ofMinutes(3));
    String older = put(store, 4, Duration.ofMinutes(2));

    // When
    String newest = put(store, 5, Duration.ZERO);

    // Then
    assertThat(store.find(oldest, 0)).isEmpty();
    assertThat(store.find(older, 0)).isPresent();
    assertThat(store.find(newest, 0)).isPresent();
  }

  @Test
  void aPictureThatIsTooOldIsGoneEvenBeforeItIsDeleted() throws IOException {
    // Given
    var store = store(100);
    String id = put(store, 4, Duration.ZERO);

    // When
    now = now.plus(AGE).plusSeconds(1);

    // Then
    assertThat(store.find(id, 0)).isEmpty();
    assertThat(names()).hasSize(1);
    store.sweep();
    assertThat(names()).isEmpty();
  }

  @Test
  void aRestartFindsWhatIsThereAndDeletesWhatAKilledProcessLeftHalfWritten() throws IOException {
    // Given
    String id = put(store(100), 4, Duration.ZERO);
    Path abandoned = folder.resolve("." + PictureStore.newId() + "-0.png.tmp");
    Files.write(abandoned, bytes(9));

    // When
    var restarted = store(100);
    restarted.sweep();

    // Then
    assertThat(restarted.find(id, 0)).isPresent();
    assertThat(abandoned).doesNotExist();
  }

  @Test
  void whatSomebodyIsWritingStays() throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("." + PictureStore.newId() + "-0.png.tmp");
    try (var written = FileChannel.open(file, CREATE_NEW, WRITE);
        var lock = written.lock()) {
      store(100).sweep();

      assertThat(lock.isValid()).isTrue();
      assertThat(file).exists();
    }
  }

  @Test
  void whoKeepsAPictureDoesNotListTheFolder() throws IOException {
    // Given
    var store = store(10);
    put(store, 4, Duration.ZERO);
    String foreign = put(store(10), 4, Duration.ofMinutes(1));

    // When
    put(store, 4, Duration.ZERO);

    // Then
    assertThat(names()).hasSize(3);
    store.sweep();
    assertThat(names()).hasSize(2).noneMatch(name -> name.startsWith(foreign));
  }

  @Test
  void whatSomebodyDeletedTakesNoRoomAfterASweep() throws IOException {
    // Given
    var store = store(10);
    String deleted = put(store, 6, Duration.ZERO);
    String kept = put(store, 4, Duration.ofMinutes(1));
    Files.delete(folder.resolve(deleted + "-0.png"));

    // When
    store.sweep();
    String newest = put(store, 6, Duration.ZERO);

    // Then
    assertThat(store.find(kept, 0)).isPresent();
    assertThat(store.find(newest, 0)).isPresent();
  }

  @Test
  void ofManyWritersNoneIsLostAndTheLimitHolds() throws Exception {
    var store = store(30);
    try (var writers = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 40; i++) {
        var _ = writers.submit(() -> store.put(PictureStore.newId(), "png", List.of(bytes(5))));
      }
    }
    assertThat(names()).hasSize(6).allMatch(name -> name.endsWith("-0.png"));
  }

  @Test
  void onlyPicturesOfTheStoreAreEverDeleted() throws IOException {
    // Given
    Files.createDirectories(folder);
    List<Path> others =
        List.of(folder.resolve("holiday.png"), folder.resolve("img-1-0.png"), folder.resolve("x"));
    for (Path other : others) {
      Files.write(other, bytes(50));
      Files.setLastModifiedTime(other, FileTime.from(now.minus(Duration.ofDays(9))));
    }

    // When
    var store = store(10);
    put(store, 10, Duration.ZERO);
    store.sweep();

    // Then
    assertThat(others).allSatisfy(other -> assertThat(other).exists());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../secret",
        "img-../../../../../../../../../../../etc/passwd",
        "img-0123456789012345678901234567890123456789/../secret",
        "img-0123456789012345678901234567890123456789\0",
        "IMG-0123456789012345678901234567890123456789"
      })
  void anIdThatTheStoreNeverGaveOutLeadsNowhere(String id) throws IOException {
    Files.createDirectories(folder);
    Files.write(parent.resolve("secret-0.png"), bytes(1));

    assertThat(store(100).find(id, 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aVariantThatNoAnswerHasIsNotFound(int variant) throws IOException {
    var store = store(100);
    String id = put(store, 4, Duration.ZERO);

    assertThat(store.find(id, variant)).isEmpty();
  }

  @Test
  void aLinkLaidIntoTheFolderIsNoPicture() throws IOException {
    Files.createDirectories(folder);
    Path secret = Files.write(parent.resolve("secret"), bytes(1));
    String id = PictureStore.newId();
    Files.createSymbolicLink(folder.resolve(id + "-0.png"), secret);

    assertThat(store(100).find(id, 0)).isEmpty();
  }

  @Test
  void picturesLargerThanTheStoreAreRefusedWhole() throws IOException {
    var store = store(10);
    assertThatThrownBy(() -> store.put(PictureStore.newId(), "png", List.of(bytes(6), bytes(5))))
        .isInstanceOf(StoreException.class)
        .hasMessage("pictures cannot be kept: they take 11 bytes, the store holds 10");
    assertThat(folder).doesNotExist();
  }

  @Test
  void ofPicturesThatCannotAllBeWrittenNoneStays() throws IOException {
    // Given
    var store = store(100);
    String id = PictureStore.newId();
    Files.createDirectories(folder);
    Files.createDirectories(folder.resolve("." + id + "-1.png.tmp/x"));

    // Then
    assertThatThrownBy(() -> store.put(id, "png", List.of(bytes(6), bytes(5))))
        .isInstanceOf(StoreException.class);
    assertThat(folder.resolve(id + "-0.png")).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenIsSaidBeforeAnyWork() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.write(folder, bytes(1));

    assertThatThrownBy(() -> store(100).require(1))
        .isInstanceOf(StoreException.class)
        .hasMessage("pictures cannot be kept: their folder is a file");
  }

  @Test
  void aFullDiskIsSaidBeforeAnyWork() {
    assertThatThrownBy(() -> store(100).require(Long.MAX_VALUE))
        .isInstanceOf(StoreException.class)
        .hasMessage("pictures cannot be kept: no space left on the disk");
  }

  @Test
  void theFolderIsForItsOwnerAlone() throws IOException {
    assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));

    store(100).require(0);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(names()).isEmpty();
  }

  @Test
  void aFolderThatWentAwayIsMadeAgain() throws IOException {
    var store = store(100);
    store.require(0);
    Files.delete(folder);

    String id = put(store, 4, Duration.ZERO);

    assertThat(store.find(id, 0)).isPresent();
  }

  @Test
  void nothingKeptYetIsNothingToSweep() {
    store(100).sweep();
    assertThat(folder).doesNotExist();
  }

  private PictureStore store(long bytes) {
    return new PictureStore(new StoreFolder(folder, true), new StoreLimits(bytes, AGE), () -> now);
  }

  private String put(PictureStore store, int size, Duration ago) throws IOException {
    String id = PictureStore.newId();
    store.put(id, "png", List.of(bytes(size)));
    Files.setLastModifiedTime(folder.resolve(id + "-0.png"), FileTime.from(now.minus(ago)));
    return id;
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) size);
    return bytes;
  }
}
