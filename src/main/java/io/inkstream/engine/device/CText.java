package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Texts as C knows them: bytes of UTF-8 that end with a zero. A native executable cannot read or
/// write single elements of a [MemorySegment], only whole arrays and buffers.
public final class CText {
  private static final long MOST = 1 << 16;

  private CText() {}

  /// The address of a text that lives as long as the arena.
  public static long of(String text, Arena arena) {
    return arena.allocateFrom(JAVA_BYTE, (text + '\0').getBytes(StandardCharsets.UTF_8)).address();
  }

  /// The text at an address.
  @SuppressWarnings("restricted")
  public static String at(long address) {
    var bytes = MemorySegment.ofAddress(address).reinterpret(MOST).asByteBuffer();
    int length = 0;
    while (bytes.get(length) != 0) {
      length++;
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
