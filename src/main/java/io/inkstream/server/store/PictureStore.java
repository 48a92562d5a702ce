package io.inkstream.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Keeps pictures in a folder, within limits: the oldest go first. Safe for any thread, and for
/// several processes with one folder. What they keep counts from the next [#sweep] on; until then
/// each goes by its own index, so that a picture costs the same however many are kept.
///
/// Every method but [#newId], [#folder] and [#limits] waits for the disk, however slow it is, and
/// for nobody else.
public final class PictureStore {
  private final StoreFolder folder;
  private final StoreLimits limits;
  private final SharedPictures shared;
  private final InstantSource clock;
  private final StoreFiles files;
  private final StoreIndex index = new StoreIndex();
  private final AtomicBoolean prepared = new AtomicBoolean();

  public PictureStore(StoreFolder folder, StoreLimits limits, InstantSource clock) {
    this(folder, limits, SharedPictures.NONE, clock);
  }

  /// @param shared with servers that have another folder
  public PictureStore(
      StoreFolder folder, StoreLimits limits, SharedPictures shared, InstantSource clock) {
    this.folder = folder;
    this.limits = limits;
    this.shared = shared;
    this.clock = clock;
    this.files = new StoreFiles(folder.path());
  }

  /// An id for the pictures of one answer: 160 random bits.
  public static String newId() {
    return PictureName.newId();
  }

  public StoreFolder folder() {
    return folder;
  }

  public StoreLimits limits() {
    return limits;
  }

  /// Checks, before pictures are drawn, that they could be kept.
  ///
  /// @param bytes that they will take at most
  /// @throws StoreException if the folder cannot be written, or the disk is full
  public void require(long bytes) {
    try {
      prepare();
      if (Files.getFileStore(folder.path()).getUsableSpace() < bytes) {
        throw new StoreException("pictures cannot be kept: no space left on the disk", null);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Keeps the pictures of an answer: all, or none.
  ///
  /// @param id from [#newId]
  /// @param extension `png`, `jpg` or `webp`
  /// @param pictures whole image files; their place is their variant
  /// @throws StoreException if they cannot be written, or are larger than the store
  public void put(String id, String extension, List<byte[]> pictures) {
    long bytes = pictures.stream().mapToLong(file -> file.length).sum();
    if (bytes > limits.bytes()) {
      throw new StoreException(
          "pictures cannot be kept: they take %d bytes, the store holds %d"
              .formatted(bytes, limits.bytes()),
          null);
    }
    prepare();
    evict(bytes);
    List<KeptFile> written = new ArrayList<>();
    try {
      for (byte[] picture : pictures) {
        var name = PictureName.of(id, written.size(), extension).orElseThrow();
        written.add(files.write(name, picture));
        shared.put(name.file(), picture);
      }
    } catch (IOException e) {
      written.forEach(file -> files.delete(file.name()));
      written.clear();
      throw failed(e);
    } finally {
      index.written(bytes, written);
    }
  }

  /// A picture that was kept, unless it is too old now.
  public Optional<StoredPicture> find(String id, int variant) {
    return names(id, variant)
        .flatMap(name -> stored(name).stream())
        .findFirst()
        .or(() -> names(id, variant).flatMap(name -> fetched(name).stream()).findFirst());
  }

  private static Stream<PictureName> names(String id, int variant) {
    return PictureName.EXTENSIONS.stream()
        .flatMap(extension -> PictureName.of(id, variant, extension).stream());
  }

  /// What another server has drawn lies here, too, once it was asked for here.
  private Optional<StoredPicture> fetched(PictureName name) {
    Optional<byte[]> picture = shared.find(name.file());
    if (picture.isEmpty()) {
      return Optional.empty();
    }
    prepare();
    evict(picture.get().length);
    List<KeptFile> written = new ArrayList<>();
    try {
      written.add(files.write(name, picture.get()));
    } catch (IOException e) {
      throw failed(e);
    } finally {
      index.written(picture.get().length, written);
    }
    return stored(name);
  }

  /// Deletes the pictures of an answer, if they are kept. They count until the next [#sweep].
  public void delete(String id) {
    for (int variant = 0; find(id, variant).orElse(null) instanceof StoredPicture kept; variant++) {
      shared.delete(kept.name());
      files.delete(kept.name());
    }
  }

  /// Looks what lies in the folder, and deletes what is too old or too much and what a killed
  /// process left half-written. Takes its time where much lies there; nobody waits for it.
  public void sweep() {
    try {
      files.deleteAbandoned();
      var before = index.known();
      index.listed(files.list(PictureName::isFinished), before);
    } catch (IOException e) {
      throw failed(e);
    }
    evict(0);
  }

  private void prepare() {
    if (!prepared.get() || !Files.isDirectory(folder.path())) {
      folder.prepare();
      prepared.set(true);
    }
  }

  private Optional<StoredPicture> stored(PictureName name) {
    return files
        .find(name.file())
        .filter(file -> file.modified().isAfter(oldest()))
        .map(file ->
            new StoredPicture(
                folder.path().resolve(name.file()),
                name.file(),
                name.extension(),
                file.bytes(),
                file.modified().truncatedTo(ChronoUnit.SECONDS)));
  }

  private void evict(long bytes) {
    index.makeRoom(bytes, limits.bytes(), oldest()).forEach(file -> files.delete(file.name()));
  }

  private Instant oldest() {
    return clock.instant().minus(limits.age());
  }

  private static StoreException failed(IOException e) {
    return new StoreException("pictures cannot be kept: " + StoreFolder.reason(e), e);
  }
}
