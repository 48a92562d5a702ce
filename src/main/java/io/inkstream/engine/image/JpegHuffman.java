package io.inkstream.engine.image;

/// A Huffman table: as it stands in the file, and as codes by symbol (ITU-T T.81, Annex C).
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegHuffman(byte[] counts, byte[] symbols, int[] codes, int[] lengths) {
  /// @param counts how many codes have 1, 2, … 16 bits
  /// @param symbols in order of their codes
  static JpegHuffman of(byte[] counts, byte[] symbols) {
    int[] codes = new int[256];
    int[] lengths = new int[256];
    int code = 0;
    int k = 0;
    for (int length = 1; length <= counts.length; length++, code <<= 1) {
      for (int i = 0; i < (counts[length - 1] & 0xff); i++) {
        int symbol = symbols[k++] & 0xff;
        codes[symbol] = code++;
        lengths[symbol] = length;
      }
    }
    return new JpegHuffman(counts, symbols, codes, lengths);
  }

  void write(int symbol, JpegBits out) {
    out.put(codes[symbol], lengths[symbol]);
  }
}
