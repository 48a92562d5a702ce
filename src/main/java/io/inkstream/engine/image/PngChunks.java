package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Writes a PNG file chunk by chunk: length, type, data, CRC (PNG specification, 5.3).
final class PngChunks {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  PngChunks() {
    file.writeBytes(signature());
  }

  /// The eight bytes that every PNG file starts with.
  static byte[] signature() {
    return ByteBuffer.allocate(Long.BYTES).putLong(SIGNATURE).array();
  }

  void add(String type, byte[] data) {
    byte[] name = type.getBytes(US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    writeInt(data.length);
    file.writeBytes(name);
    file.writeBytes(data);
    writeInt((int) crc.getValue());
  }

  byte[] toByteArray() {
    return file.toByteArray();
  }

  private void writeInt(int value) {
    file.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }
}
