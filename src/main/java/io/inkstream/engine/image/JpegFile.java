package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Writes the segments of a JFIF file in order (ITU-T T.81, Annex B; JFIF 1.02).
final class JpegFile {
  static final int MAX_COMMENT = 65_000;

  private static final int START = 0xd8;
  private static final int END = 0xd9;
  private static final int FRAME = 0xc0;
  private static final int HUFFMAN = 0xc4;
  private static final int SCAN = 0xda;
  private static final int QUANTISATION = 0xdb;
  private static final int APPLICATION = 0xe0;
  private static final int COMMENT = 0xfe;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /// Starts the file: JFIF 1.02, square pixels, no thumbnail.
  JpegFile() {
    marker(START);
    segment(APPLICATION, new byte[] {'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0});
  }

  /// One comment segment, or several where the text is long.
  void addComment(String keyword, String text) {
    TextKeyword.require(keyword);
    int from = 0;
    do {
      int to = cut(text, from);
      segment(COMMENT, (keyword + "\0" + text.substring(from, to)).getBytes(UTF_8));
      from = to;
    } while (from < text.length());
  }

  /// Where the part that starts at `from` ends: at most `MAX_COMMENT` bytes, whole characters.
  private static int cut(String text, int from) {
    int bytes = 0;
    int to = from;
    while (to < text.length()) {
      int character = text.codePointAt(to);
      bytes += Character.toString(character).getBytes(UTF_8).length;
      if (bytes > MAX_COMMENT) {
        return to;
      }
      to += Character.charCount(character);
    }
    return to;
  }

  /// @param table divisors in natural order
  void addQuantisation(int id, int[] table) {
    byte[] data = new byte[65];
    data[0] = (byte) id;
    int[] zigzag = JpegTables.zigzag();
    for (int k = 0; k < 64; k++) {
      data[k + 1] = (byte) table[zigzag[k]];
    }
    segment(QUANTISATION, data);
  }

  /// Three components of 8 bits; the first with `blocks` blocks a side in each unit.
  void addFrame(int width, int height, int blocks) {
    byte[] data = {
      8,
      (byte) (height >> 8),
      (byte) height,
      (byte) (width >> 8),
      (byte) width, //
      3,
      1,
      (byte) (blocks * 0x11),
      0,
      2,
      0x11,
      1,
      3,
      0x11,
      1
    };
    segment(FRAME, data);
  }

  /// @param id class (0 DC, 1 AC) in the high and destination in the low four bits
  void addHuffman(int id, JpegHuffman table) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(id);
    data.writeBytes(table.counts());
    data.writeBytes(table.symbols());
    segment(HUFFMAN, data.toByteArray());
  }

  /// Starts the one scan; its bits follow.
  JpegBits startScan() {
    segment(SCAN, new byte[] {3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0});
    return new JpegBits(file);
  }

  byte[] finish() {
    marker(END);
    return file.toByteArray();
  }

  private void segment(int marker, byte[] data) {
    marker(marker);
    int length = data.length + 2;
    file.write(length >> 8);
    file.write(length);
    file.writeBytes(data);
  }

  private void marker(int marker) {
    file.write(0xff);
    file.write(marker);
  }
}
