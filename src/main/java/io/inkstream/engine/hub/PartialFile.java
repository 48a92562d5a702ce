package io.inkstream.engine.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/// What has come of a file, added up as it comes.
final class PartialFile implements AutoCloseable {
  private static final int CHUNK = 1 << 18;

  private final Path path;
  private final RepoFile file;
  private final FileChannel channel;
  private MessageDigest digest;
  private long size;

  private PartialFile(Path path, RepoFile file, FileChannel channel) {
    this.path = path;
    this.file = file;
    this.channel = channel;
    this.digest = file.checksum().begin(file.size());
  }

  /// Opens it, with what is there from before.
  static PartialFile open(Path path, RepoFile file) throws IOException {
    Files.createDirectories(path.getParent());
    var partial =
        new PartialFile(
            path,
            file,
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    partial.takeUp();
    return partial;
  }

  private void takeUp() throws IOException {
    if (channel.size() > file.size()) {
      restart();
      return;
    }
    var chunk = ByteBuffer.allocate(CHUNK);
    while (size < channel.size() && channel.read(chunk) > 0) {
      size += chunk.position();
      digest.update(chunk.flip());
      chunk.clear();
    }
  }

  /// Bytes that have come.
  long size() {
    return size;
  }

  boolean isFull() {
    return size == file.size();
  }

  /// Writes what has come.
  ///
  /// @throws HubException if the disk does not take it
  void append(byte[] bytes, int length) {
    try {
      var chunk = ByteBuffer.wrap(bytes, 0, length);
      while (chunk.hasRemaining()) {
        channel.write(chunk);
      }
      digest.update(bytes, 0, length);
      size += length;
    } catch (IOException e) {
      throw new HubException(
          "%s: %s after %d of %d bytes; what has come is kept, make room and begin again"
              .formatted(path, e.getMessage(), size, file.size()),
          e);
    }
  }

  /// Forgets what has come.
  void restart() throws IOException {
    if (channel.size() > 0) {
      channel.truncate(0);
    }
    channel.position(0);
    digest = file.checksum().begin(file.size());
    size = 0;
  }

  /// Whether all bytes are those that the Hub lists; to be asked once.
  boolean matches() {
    return file.checksum().matches(digest);
  }

  /// Makes it what its checksum names, whole or not at all, even if the power fails.
  void become(Path blob) throws IOException {
    channel.force(true);
    channel.close();
    Files.move(path, blob, StandardCopyOption.ATOMIC_MOVE);
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
