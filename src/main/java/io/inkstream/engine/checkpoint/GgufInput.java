package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads a GGUF header front to back, little-endian. What it says of lengths and counts is compared
/// with what the file has before anything is reserved for it.
final class GgufInput implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final int LONGEST_TEXT = 1 << 14;
  // A tokenizer's words take some megabytes.
  private static final long LONGEST_HEADER = 256L << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer chunk =
      ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long chunkEnd; // position in the file of what comes behind the chunk

  GgufInput(Path path, Path file) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(file);
    this.size = channel.size();
  }

  /// Bytes of the file.
  long size() {
    return size;
  }

  /// Where the next byte is.
  long position() {
    return chunkEnd - chunk.remaining();
  }

  /// Bytes that the header may still have.
  long remaining() {
    return Math.min(size, LONGEST_HEADER) - position();
  }

  int u8() throws IOException {
    return next(Byte.BYTES).get() & 0xFF;
  }

  int u16() throws IOException {
    return next(Short.BYTES).getShort() & 0xFFFF;
  }

  long u32() throws IOException {
    return next(Integer.BYTES).getInt() & 0xFFFF_FFFFL;
  }

  /// A number of 64 bits; as unsigned, one of 2^63 or more is negative.
  long i64() throws IOException {
    return next(Long.BYTES).getLong();
  }

  float f32() throws IOException {
    return next(Float.BYTES).getFloat();
  }

  double f64() throws IOException {
    return next(Double.BYTES).getDouble();
  }

  /// A count of things that take so many bytes each at least.
  ///
  /// @throws SnapshotException if the file has not that many
  long count(String what, long bytesOfEach) throws IOException {
    long count = i64();
    if (count < 0 || count > remaining() / bytesOfEach) {
      throw new SnapshotException(
          path,
          "says that it has %s %s, the file ends long before: it is damaged or truncated"
              .formatted(Long.toUnsignedString(count), what));
    }
    return count;
  }

  /// A text that must be short, as names are.
  String text(String what) throws IOException {
    long length = count("bytes of " + what, 1);
    if (length > LONGEST_TEXT) {
      throw new SnapshotException(
          path, what + " has " + length + " bytes, must be at most " + LONGEST_TEXT);
    }
    return decoded(what, bytes((int) length));
  }

  /// A text, or nothing if it is long: templates and words of tokenizers are not needed.
  String shortText(String what) throws IOException {
    long length = count("bytes of " + what, 1);
    if (length > LONGEST_TEXT) {
      skip(length);
      return "";
    }
    return decoded(what, bytes((int) length));
  }

  private String decoded(String what, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new SnapshotException(path, what + " is not UTF-8 text");
    }
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      if (!chunk.hasRemaining()) {
        fill();
      }
      int some = Math.min(length - at, chunk.remaining());
      chunk.get(bytes, at, some);
      at += some;
    }
    return bytes;
  }

  /// @param length at most [#remaining]
  void skip(long length) {
    if (length <= chunk.remaining()) {
      chunk.position(chunk.position() + (int) length);
    } else {
      chunkEnd = position() + length;
      chunk.limit(0);
    }
  }

  private ByteBuffer next(int bytes) throws IOException {
    if (chunk.remaining() < bytes) {
      fill();
      if (chunk.remaining() < bytes) {
        throw ended();
      }
    }
    return chunk;
  }

  private void fill() throws IOException {
    chunk.compact();
    int read = channel.read(chunk, chunkEnd);
    chunk.flip();
    if (read <= 0 || chunkEnd > LONGEST_HEADER) {
      throw ended();
    }
    chunkEnd += read;
  }

  private SnapshotException ended() {
    return new SnapshotException(
        path,
        chunkEnd > LONGEST_HEADER
            ? "has a header of more than " + LONGEST_HEADER + " bytes, the most allowed"
            : "ends inside its header, at byte " + size + ": it is truncated");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
