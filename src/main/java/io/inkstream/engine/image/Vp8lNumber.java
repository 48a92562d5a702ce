package io.inkstream.engine.image;

/// A length or distance of at least 1 as a prefix symbol and extra bits (specification, 5.2.2).
record Vp8lNumber(int symbol, int extraBits, int extra) {
  static Vp8lNumber of(int value) {
    int rest = value - 1;
    if (rest < 4) {
      return new Vp8lNumber(rest, 0, 0);
    }
    int highest = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(rest);
    int second = (rest >> (highest - 1)) & 1;
    int extraBits = highest - 1;
    return new Vp8lNumber(2 * highest + second, extraBits, rest & ((1 << extraBits) - 1));
  }

  void writeExtra(Vp8lBits out) {
    out.put(extra, extraBits);
  }
}
