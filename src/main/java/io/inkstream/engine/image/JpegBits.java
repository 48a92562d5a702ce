package io.inkstream.engine.image;

import java.io.ByteArrayOutputStream;

/// Entropy-coded bits, first bit highest; a zero byte follows every `0xff` (ITU-T T.81, F.1.2.3).
final class JpegBits {
  private final ByteArrayOutputStream out;
  private long pending;
  private int count;

  JpegBits(ByteArrayOutputStream out) {
    this.out = out;
  }

  /// Writes the lowest `length` bits, at most 16.
  void put(int bits, int length) {
    pending = (pending << length) | (bits & ((1L << length) - 1));
    count += length;
    while (count >= Byte.SIZE) {
      count -= Byte.SIZE;
      writeByte((int) (pending >> count) & 0xff);
    }
  }

  /// Fills the last byte with ones.
  void finish() {
    put(0x7f, (Byte.SIZE - count) % Byte.SIZE);
  }

  private void writeByte(int value) {
    out.write(value);
    if (value == 0xff) {
      out.write(0);
    }
  }
}
