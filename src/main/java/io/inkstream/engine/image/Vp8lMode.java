package io.inkstream.engine.image;

/// The fourteen predictions of VP8L, of four channels at once: pixels are `0xAARRGGBB`.
final class Vp8lMode {
  /// What stands where there is no pixel to predict from.
  static final int OPAQUE_BLACK = 0xff000000;

  private static final int PAIR = 0xff00ff;
  private static final int BORROW = 0x1000100;

  private Vp8lMode() {}

  /// @param l left, @param t top, @param tr top right, @param tl top left
  static int predict(int mode, int l, int t, int tr, int tl) {
    return switch (mode) {
      case 0 -> OPAQUE_BLACK;
      case 1 -> l;
      case 2 -> t;
      case 3 -> tr;
      case 4 -> tl;
      case 5 -> average(average(l, tr), t);
      case 6 -> average(l, tl);
      case 7 -> average(l, t);
      case 8 -> average(tl, t);
      case 9 -> average(t, tr);
      case 10 -> average(average(l, tl), average(t, tr));
      case 11 -> select(l, t, tl);
      case 12 -> clampedFull(l, t, tl);
      case 13 -> clampedHalf(average(l, t), tl);
      default -> throw new IllegalArgumentException("predictor mode " + mode + ": 0 to 13");
    };
  }

  /// Channel by channel, modulo 256.
  static int minus(int a, int b) {
    int redBlue = ((a & PAIR) | BORROW) - (b & PAIR);
    int alphaGreen = (((a >>> 8) & PAIR) | BORROW) - ((b >>> 8) & PAIR);
    return (redBlue & PAIR) | ((alphaGreen & PAIR) << 8);
  }

  private static int average(int a, int b) {
    return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
  }

  private static int select(int l, int t, int tl) {
    // The estimate l + t - tl is nearer to l the nearer t is to tl.
    return distance(t, tl) < distance(l, tl) ? l : t;
  }

  private static int distance(int a, int b) {
    int sum = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      sum += Math.abs(channel(a, shift) - channel(b, shift));
    }
    return sum;
  }

  private static int clampedFull(int l, int t, int tl) {
    int out = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      out |= clamp(channel(l, shift) + channel(t, shift) - channel(tl, shift)) << shift;
    }
    return out;
  }

  private static int clampedHalf(int a, int b) {
    int out = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      int value = channel(a, shift);
      out |= clamp(value + (value - channel(b, shift)) / 2) << shift;
    }
    return out;
  }

  private static int channel(int pixel, int shift) {
    return (pixel >> shift) & 0xff;
  }

  private static int clamp(int value) {
    return Math.clamp(value, 0, 255);
  }
}
