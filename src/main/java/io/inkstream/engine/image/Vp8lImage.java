package io.inkstream.engine.image;

/// An entropy-coded image of VP8L (specification, 5): pixels and back references, in five prefix
/// codes for green and length, red, blue, alpha, and distance.
@SuppressWarnings("ArrayRecordComponent") // never compared
record Vp8lImage(long[] tokens, int width, Vp8lPrefixCode[] codes) {
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int GREEN = 0;
  private static final int RED = 1;
  private static final int BLUE = 2;
  private static final int ALPHA = 3;
  private static final int DISTANCE = 4;

  /// @param pixels `0xAARRGGBB`
  static Vp8lImage of(int[] pixels, int width) {
    long[] tokens = new Vp8lReferences(pixels).tokens();
    int[][] counts = {
      new int[256 + LENGTHS], new int[256], new int[256], new int[256], new int[DISTANCES]
    };
    for (long token : tokens) {
      if (Vp8lReferences.isCopy(token)) {
        counts[GREEN][256 + Vp8lNumber.of(Vp8lReferences.length(token)).symbol()]++;
        counts[DISTANCE][Vp8lNumber.of(distanceCode(token, width)).symbol()]++;
      } else {
        int pixel = (int) token;
        counts[GREEN][(pixel >> 8) & 0xff]++;
        counts[RED][(pixel >> 16) & 0xff]++;
        counts[BLUE][pixel & 0xff]++;
        counts[ALPHA][pixel >>> 24]++;
      }
    }
    Vp8lPrefixCode[] codes = new Vp8lPrefixCode[counts.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Vp8lPrefixCode.of(counts[i], Vp8lPrefixCode.MAX_LENGTH);
    }
    return new Vp8lImage(tokens, width, codes);
  }

  /// Codes 1–4 of the 120 that stand for neighbours; any other distance comes after those.
  private static int distanceCode(long token, int width) {
    int distance = Vp8lReferences.distance(token);
    if (distance == width) {
      return 1;
    }
    if (distance == 1) {
      return 2;
    }
    if (distance == width + 1) {
      return 3;
    }
    return distance == width - 1 ? 4 : distance + Vp8lReferences.NEIGHBOURS;
  }

  void write(Vp8lBits out) {
    for (Vp8lPrefixCode code : codes) {
      code.writeCode(out);
    }
    for (long token : tokens) {
      if (Vp8lReferences.isCopy(token)) {
        Vp8lNumber length = Vp8lNumber.of(Vp8lReferences.length(token));
        codes[GREEN].write(256 + length.symbol(), out);
        length.writeExtra(out);
        Vp8lNumber distance = Vp8lNumber.of(distanceCode(token, width));
        codes[DISTANCE].write(distance.symbol(), out);
        distance.writeExtra(out);
      } else {
        int pixel = (int) token;
        codes[GREEN].write((pixel >> 8) & 0xff, out);
        codes[RED].write((pixel >> 16) & 0xff, out);
        codes[BLUE].write(pixel & 0xff, out);
        codes[ALPHA].write(pixel >>> 24, out);
      }
    }
  }
}
