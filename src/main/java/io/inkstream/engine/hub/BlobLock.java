package io.inkstream.engine.hub;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.NativeLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A lock that programs with `huggingface_hub` respect, and other processes of ours: `flock` of an
/// empty file, as Python's `filelock` takes it. Java's own locks are `fcntl`'s, which on Linux do
/// not see those; they are taken where there is no `flock`.
///
/// It is let go of when the process ends, however it does.
final class BlobLock implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final int GROUP_WRITABLE = 0664;
  private static final int EXCLUSIVE_AT_ONCE = 2 | 4; // LOCK_EX | LOCK_NB

  private final AutoCloseable held;

  private BlobLock(AutoCloseable held) {
    this.held = held;
  }

  /// Takes it, as soon as others let go of it.
  ///
  /// @param waiting is told once if it is held
  static BlobLock of(Path file, Runnable waiting) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    Optional<NativeLibrary> c = libc();
    boolean told = false;
    while (true) {
      Optional<AutoCloseable> held = c.isPresent() ? flock(c.get(), file) : fcntl(file);
      if (held.isPresent()) {
        return new BlobLock(held.get());
      }
      if (!told) {
        waiting.run();
        told = true;
      }
      Thread.sleep(LOOK_AGAIN); // nobody tells when a lock of another process is free
    }
  }

  private static Optional<AutoCloseable> flock(NativeLibrary c, Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long name = CText.of(file.toAbsolutePath().toString(), arena);
      int opened = (int) c.call("creat", name, GROUP_WRITABLE);
      if (opened < 0) {
        throw new IOException(file + " cannot be opened for a lock");
      }
      if ((int) c.call("flock", opened, EXCLUSIVE_AT_ONCE) == 0) {
        return Optional.of(() -> c.call("close", opened));
      }
      c.call("close", opened);
      return Optional.empty();
    }
  }

  private static Optional<AutoCloseable> fcntl(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(channel);
      }
    } catch (java.nio.channels.OverlappingFileLockException e) {
      // of this process: held likewise
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    try {
      held.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /// The C library, where it is known by one of its names; looked for each time, as a native image
  /// would keep its builder's.
  private static Optional<NativeLibrary> libc() {
    for (String name : List.of("libc.so.6", "libc.so", "libSystem.B.dylib")) {
      try {
        return Optional.of(NativeLibrary.named(name));
      } catch (IllegalArgumentException e) {
        // of another system
      }
    }
    return Optional.empty();
  }
}
