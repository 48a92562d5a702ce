package io.inkstream.server.record;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.inkstream.server.store.StoreFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A process that looks after records, for as long as it lives: it holds the lock of a file of its
/// own, which the system lets go of when the process is gone, however it went.
public final class Owner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Owner.class.getName());
  private static final String PREFIX = ".owner-";
  private static final String TURN = ".turn";
  private static final Object ALONE = new Object();

  private final Path folder;
  private final String name = UUID.randomUUID().toString();
  private @Nullable FileChannel held;

  /// @param folder in which its file lies, the same for all who share records
  public Owner(Path folder) {
    this.folder = folder;
  }

  String name() {
    return name;
  }

  /// Says that this process is there; the folder must be, too.
  synchronized void begin() throws IOException {
    if (held == null) {
      held = FileChannel.open(file(name), CREATE_NEW, WRITE);
      var _ = held.lock();
    }
  }

  /// Does something while no other process does so.
  <T> T alone(Supplier<T> action) {
    synchronized (ALONE) { // one Java machine may not ask for a lock twice
      try (var channel = FileChannel.open(folder.resolve(TURN), CREATE, WRITE);
          var _ = channel.lock()) {
        return action.get();
      } catch (IOException e) {
        throw new RecordException("files cannot be locked: " + StoreFolder.reason(e), e);
      }
    }
  }

  /// Whether a process of that name lives no more.
  boolean isGone(String other) {
    if (other.equals(name)) {
      return false;
    }
    try (var channel = FileChannel.open(file(other), WRITE);
        var lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file(other));
      }
      return lock != null;
    } catch (NoSuchFileException e) {
      return true;
    } catch (OverlappingFileLockException e) {
      return false; // another one of this Java machine
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "who looks after records is not known: " + e);
      return false;
    }
  }

  private Path file(String owner) {
    return folder.resolve(PREFIX + owner);
  }

  @Override
  public synchronized void close() {
    try {
      if (held != null) {
        Files.deleteIfExists(file(name));
        held.close();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "a file of a process that ends stays: " + e);
    }
  }
}
