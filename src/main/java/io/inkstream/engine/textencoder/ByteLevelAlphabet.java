package io.inkstream.engine.textencoder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// GPT-2's bijection between the 256 bytes and 256 visible characters, which vocabularies are
/// written in: printable Latin-1 stands for itself, each other byte for the next of U+0100...
final class ByteLevelAlphabet {
  private static final int FIRST_SUBSTITUTE = 0x100;
  private static final char[] CHARACTERS = characters();
  private static final short[] BYTES = inverse();

  private ByteLevelAlphabet() {}

  /// The character of a byte, given as 0 to 255.
  static char character(int unsignedByte) {
    return CHARACTERS[unsignedByte];
  }

  private static int byteOf(char character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }

  /// The bytes a token stands for; of a token not written in this alphabet, its own UTF-8.
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = byteOf(token.charAt(i));
      if (b < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }

  private static boolean isVisible(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
  }

  private static char[] characters() {
    char[] characters = new char[256];
    int substitute = FIRST_SUBSTITUTE;
    for (int b = 0; b < characters.length; b++) {
      characters[b] = (char) (isVisible(b) ? b : substitute++);
    }
    return characters;
  }

  private static short[] inverse() {
    short[] bytes = new short[2 * FIRST_SUBSTITUTE];
    Arrays.fill(bytes, (short) -1);
    for (int b = 0; b < CHARACTERS.length; b++) {
      bytes[CHARACTERS[b]] = (short) b;
    }
    return bytes;
  }
}
