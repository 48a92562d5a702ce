package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Writes a PNG file chunk by chunk: length, type, data, CRC (PNG specification, 5.3).
final class PngChunks {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;

  private final Buffer file;
  private int chunk;

  /// @param size that the file has at most, more or less: room that is taken at once
  PngChunks(int size) {
    file = new Buffer(size);
    file.writeBytes(signature());
  }

  /// The eight bytes that every PNG file starts with.
  static byte[] signature() {
    return ByteBuffer.allocate(Long.BYTES).putLong(SIGNATURE).array();
  }

  void add(String type, byte[] data) {
    begin(type).write(data, 0, data.length);
    end();
  }

  /// Begins a chunk, whose data are written next, until the [#end].
  ByteArrayOutputStream begin(String type) {
    chunk = file.size();
    file.writeBytes(new byte[Integer.BYTES]); // the length, when it is known
    file.writeBytes(type.getBytes(US_ASCII));
    return file;
  }

  void end() {
    file.close(chunk);
  }

  byte[] toByteArray() {
    return file.toByteArray();
  }

  private static final class Buffer extends ByteArrayOutputStream {
    private static final int HEAD = 2 * Integer.BYTES;

    Buffer(int size) {
      super(size);
    }

    /// Writes the length and the CRC of the chunk that begins there.
    void close(int chunk) {
      var crc = new CRC32();
      crc.update(buf, chunk + Integer.BYTES, count - chunk - Integer.BYTES);
      ByteBuffer.wrap(buf).putInt(chunk, count - chunk - HEAD);
      writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
    }
  }
}
