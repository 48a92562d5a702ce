package io.inkstream.server.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files in a store's folder: writes, lists and deletes them, and nothing else that lies there.
final class StoreFiles {
  private static final System.Logger LOG = System.getLogger(StoreFiles.class.getName());

  private final Path folder;
  private final Set<String> beingWritten = ConcurrentHashMap.newKeySet();

  StoreFiles(Path folder) {
    this.folder = folder;
  }

  /// Nobody sees half a picture, not even after the machine has lost its power.
  KeptFile write(PictureName name, byte[] bytes) throws IOException {
    Path temporary = folder.resolve(name.temporaryFile());
    beingWritten.add(name.temporaryFile());
    try (var channel = create(temporary)) {
      var left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(false);
      Files.move(temporary, folder.resolve(name.file()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(name.temporaryFile());
      throw e;
    } finally {
      beingWritten.remove(name.temporaryFile());
    }
    return find(name.file()).orElseThrow(() -> new NoSuchFileException(name.file()));
  }

  /// A new file under a lock, which tells every process that it is not abandoned. Another may have
  /// deleted it before the lock was held.
  private static FileChannel create(Path file) throws IOException {
    while (true) {
      var channel = FileChannel.open(file, CREATE_NEW, WRITE);
      lock(channel);
      if (Files.exists(file, NOFOLLOW_LINKS)) {
        return channel;
      }
      channel.close();
    }
  }

  private static void lock(FileChannel channel) {
    try {
      var _ = channel.tryLock();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "pictures lie where files cannot be locked: " + e);
    }
  }

  /// Deletes what a killed process left half-written.
  void deleteAbandoned() throws IOException {
    list(PictureName::isTemporary).stream()
        .map(KeptFile::name)
        .filter(name -> !beingWritten.contains(name))
        .forEach(this::deleteAbandoned);
  }

  private void deleteAbandoned(String name) {
    try (var channel = FileChannel.open(folder.resolve(name), WRITE, NOFOLLOW_LINKS);
        var lock = channel.tryLock()) {
      if (lock != null) {
        delete(name);
      }
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> name + " is being written: " + e);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "half a picture cannot be deleted: " + e);
    }
  }

  List<KeptFile> list(Predicate<String> ours) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString())
          .filter(ours)
          .flatMap(name -> find(name).stream())
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // nothing was kept yet
    }
  }

  Optional<KeptFile> find(String name) {
    try {
      var is =
          Files.readAttributes(folder.resolve(name), BasicFileAttributes.class, NOFOLLOW_LINKS);
      return is.isRegularFile()
          ? Optional.of(new KeptFile(name, is.size(), is.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "a kept picture cannot be read: " + e);
      return Optional.empty();
    }
  }

  /// What cannot be deleted now is tried again after the next listing.
  void delete(String name) {
    try {
      Files.deleteIfExists(folder.resolve(name));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "a kept picture cannot be deleted: " + e);
    }
  }
}
