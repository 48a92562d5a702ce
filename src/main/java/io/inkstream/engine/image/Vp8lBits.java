package io.inkstream.engine.image;

import java.io.ByteArrayOutputStream;

/// Bits of a VP8L stream, first bit lowest.
final class Vp8lBits {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long pending;
  private int count;

  /// Writes the lowest `length` bits, at most 32.
  void put(int bits, int length) {
    pending |= (bits & ((1L << length) - 1)) << count;
    count += length;
    while (count >= Byte.SIZE) {
      out.write((int) pending);
      pending >>>= Byte.SIZE;
      count -= Byte.SIZE;
    }
  }

  /// All bytes, the last one filled with zeros.
  byte[] toByteArray() {
    put(0, (Byte.SIZE - count) % Byte.SIZE);
    return out.toByteArray();
  }
}
