package io.inkstream.server.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Keeps pictures in a folder, within limits: the oldest go first. Safe for any thread, and for
/// several processes with one folder: the files are all there is to know.
public final class PictureStore {
  private static final System.Logger LOG = System.getLogger(PictureStore.class.getName());
  private static final Duration LONGEST_WRITE = Duration.ofMinutes(10);

  private final StoreFolder folder;
  private final StoreLimits limits;
  private final InstantSource clock;
  private boolean prepared;

  public PictureStore(StoreFolder folder, StoreLimits limits, InstantSource clock) {
    this.folder = folder;
    this.limits = limits;
    this.clock = clock;
  }

  /// An id for the pictures of one answer: 160 random bits.
  public static String newId() {
    return PictureName.newId();
  }

  public StoreLimits limits() {
    return limits;
  }

  /// Checks, before pictures are drawn, that they could be kept.
  ///
  /// @param bytes that they will take at most
  /// @throws StoreException if the folder cannot be written, or the disk is full
  public synchronized void require(long bytes) {
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
  /// @param files whole image files; their place is their variant
  /// @throws StoreException if they cannot be written, or are larger than the store
  public synchronized void put(String id, String extension, List<byte[]> files) {
    long bytes = files.stream().mapToLong(file -> file.length).sum();
    if (bytes > limits.bytes()) {
      throw new StoreException(
          "pictures cannot be kept: they take %d bytes, the store holds %d"
              .formatted(bytes, limits.bytes()),
          null);
    }
    prepare();
    evict(limits.bytes() - bytes);
    write(id, extension, files);
  }

  /// A picture that was kept, unless it is too old now.
  public Optional<StoredPicture> find(String id, int variant) {
    return PictureName.EXTENSIONS.stream()
        .flatMap(extension -> PictureName.of(id, variant, extension).stream())
        .flatMap(name -> stored(name).stream())
        .findFirst();
  }

  /// Deletes what is too old or too much, and what a killed process left half-written.
  public synchronized void sweep() {
    evict(limits.bytes());
    Instant abandoned = clock.instant().minus(LONGEST_WRITE);
    files(PictureName::isTemporary).stream()
        .filter(file -> file.modified().isBefore(abandoned))
        .forEach(file -> delete(file.path()));
  }

  private void prepare() {
    if (!prepared || !Files.isDirectory(folder.path())) {
      folder.prepare();
      prepared = true;
    }
  }

  private void write(String id, String extension, List<byte[]> files) {
    List<Path> written = new ArrayList<>();
    try {
      for (byte[] file : files) {
        var name = PictureName.of(id, written.size(), extension).orElseThrow();
        written.add(write(name, file));
      }
    } catch (IOException e) {
      written.forEach(PictureStore::delete);
      throw failed(e);
    }
  }

  /// Nobody sees half a picture, not even after the machine has lost its power.
  private Path write(PictureName name, byte[] bytes) throws IOException {
    Path temporary = folder.path().resolve(name.temporaryFile());
    Path finished = folder.path().resolve(name.file());
    try (var channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
      var left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(false);
    } catch (IOException e) {
      delete(temporary);
      throw e;
    }
    return Files.move(temporary, finished, StandardCopyOption.ATOMIC_MOVE);
  }

  private Optional<StoredPicture> stored(PictureName name) {
    Path path = folder.path().resolve(name.file());
    return file(path)
        .filter(file -> file.modified().isAfter(oldest()))
        .map(file ->
            new StoredPicture(
                path,
                name.file(),
                name.extension(),
                file.bytes(),
                file.modified().truncatedTo(ChronoUnit.SECONDS)));
  }

  private void evict(long room) {
    List<KeptFile> files = files(PictureName::isFinished);
    long bytes = files.stream().mapToLong(KeptFile::bytes).sum();
    Instant oldest = oldest();
    for (KeptFile file : files) {
      if (bytes <= room && file.modified().isAfter(oldest)) {
        return;
      }
      delete(file.path());
      bytes -= file.bytes();
    }
  }

  private Instant oldest() {
    return clock.instant().minus(limits.age());
  }

  private record KeptFile(Path path, long bytes, Instant modified) {}

  /// Oldest first.
  private List<KeptFile> files(Predicate<String> ours) {
    try (Stream<Path> all = Files.list(folder.path())) {
      return all.filter(path -> ours.test(path.getFileName().toString()))
          .flatMap(path -> file(path).stream())
          .sorted(Comparator.comparing(KeptFile::modified).thenComparing(KeptFile::path))
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // nothing was kept yet
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Optional<KeptFile> file(Path path) {
    try {
      var is = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
      return is.isRegularFile()
          ? Optional.of(new KeptFile(path, is.size(), is.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "a kept picture cannot be read: " + e);
      return Optional.empty();
    }
  }

  /// What cannot be deleted now is tried again with the next sweep.
  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "a kept picture cannot be deleted: " + e);
    }
  }

  private static StoreException failed(IOException e) {
    return new StoreException("pictures cannot be kept: " + StoreFolder.reason(e), e);
  }
}
