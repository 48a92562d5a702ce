package io.inkstream.engine.image;

import java.util.HexFormat;

/// The tables of ITU-T T.81, Annex K, and the order of coefficients.
final class JpegTables {
  private static final String AC_TAIL =
      "434445464748494a535455565758595a636465666768696a737475767778797a";

  private JpegTables() {}

  /// Natural index of the k-th coefficient in zigzag order (figure A.6).
  static int[] zigzag() {
    int[] order = new int[64];
    int k = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++) {
      int first = Math.max(0, diagonal - 7);
      int last = Math.min(7, diagonal);
      for (int i = first; i <= last; i++) {
        int row = diagonal % 2 == 0 ? diagonal - i : i;
        order[k++] = row * 8 + diagonal - row;
      }
    }
    return order;
  }

  /// Table K.1 in natural order.
  static int[] luminance() {
    return new int[] {
      16, 11, 10, 16, 24, 40, 51, 61, //
      12, 12, 14, 19, 26, 58, 60, 55, //
      14, 13, 16, 24, 40, 57, 69, 56, //
      14, 17, 22, 29, 51, 87, 80, 62, //
      18, 22, 37, 56, 68, 109, 103, 77, //
      24, 35, 55, 64, 81, 104, 113, 92, //
      49, 64, 78, 87, 103, 121, 120, 101, //
      72, 92, 95, 98, 112, 100, 103, 99
    };
  }

  /// Table K.2 in natural order.
  static int[] chrominance() {
    return new int[] {
      17, 18, 24, 47, 99, 99, 99, 99, //
      18, 21, 26, 66, 99, 99, 99, 99, //
      24, 26, 56, 99, 99, 99, 99, 99, //
      47, 66, 99, 99, 99, 99, 99, 99, //
      99, 99, 99, 99, 99, 99, 99, 99, //
      99, 99, 99, 99, 99, 99, 99, 99, //
      99, 99, 99, 99, 99, 99, 99, 99, //
      99, 99, 99, 99, 99, 99, 99, 99
    };
  }

  /// A table at a quality of 1–100, as libjpeg scales it: 50 leaves it as it is.
  static int[] scaled(int[] table, int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] scaled = new int[table.length];
    for (int i = 0; i < table.length; i++) {
      scaled[i] = Math.clamp((table[i] * percent + 50) / 100, 1, 255);
    }
    return scaled;
  }

  /// Table K.3.
  static JpegHuffman dcLuminance() {
    return huffman("00010501010101010100000000000000", "000102030405060708090a0b");
  }

  /// Table K.4.
  static JpegHuffman dcChrominance() {
    return huffman("00030101010101010101010000000000", "000102030405060708090a0b");
  }

  /// Table K.5.
  static JpegHuffman acLuminance() {
    return huffman(
        "0002010303020403050504040000017d",
        "01020300041105122131410613516107227114328191a1082342b1c11552d1f0"
            + "2433627282090a161718191a25262728292a3435363738393a"
            + AC_TAIL
            + "838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9ba"
            + "c2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9ea"
            + "f1f2f3f4f5f6f7f8f9fa");
  }

  /// Table K.6.
  static JpegHuffman acChrominance() {
    return huffman(
        "00020102040403040705040400010277",
        "000102031104052131061241510761711322328108144291a1b1c109233352f0"
            + "156272d10a162434e125f11718191a262728292a35363738393a"
            + AC_TAIL
            + "82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9ba"
            + "c2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea"
            + "f2f3f4f5f6f7f8f9fa");
  }

  private static JpegHuffman huffman(String counts, String symbols) {
    HexFormat hex = HexFormat.of();
    return JpegHuffman.of(hex.parseHex(counts), hex.parseHex(symbols));
  }
}
