package io.inkstream.engine.image;

import java.util.Optional;

/// A small decoder of the part of VP8L without colour cache and meta prefix codes, written from the
/// specification alone: one bit, one symbol, one channel at a time.
final class Vp8lDecoder {
  private static final int[] CODE_LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private final byte[] file;
  private long bit = 20 * 8;

  private Vp8lDecoder(byte[] file) {
    this.file = file;
  }

  static Pixels decode(byte[] file) {
    return new Vp8lDecoder(file).decode();
  }

  private int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++, bit++) {
      value |= ((file[(int) (bit >> 3)] >> (bit & 7)) & 1) << i;
    }
    return value;
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException(what);
    }
  }

  private Pixels decode() {
    require(bits(8) == 0x2f, "signature");
    int width = bits(14) + 1;
    int height = bits(14) + 1;
    boolean alpha = bits(1) == 1;
    require(bits(3) == 0, "version");
    boolean subtractGreen = false;
    int[] modes = {};
    int blockBits = 0;
    while (bits(1) == 1) {
      int kind = bits(2);
      require(kind == 0 || kind == 2, "transform kind");
      if (kind == 2) {
        subtractGreen = true;
      } else {
        blockBits = bits(3) + 2;
        int round = (1 << blockBits) - 1;
        modes = image((width + round) >> blockBits, (height + round) >> blockBits, false);
      }
    }
    int[] argb = image(width, height, true);
    unpredict(argb, width, modes, blockBits);
    require(subtractGreen, "subtract green");
    require((bit + 7) / 8 + file.length % 2 <= file.length, "length");
    return pixels(argb, width, height, alpha);
  }

  private static Pixels pixels(int[] argb, int width, int height, boolean alpha) {
    byte[] rgb = new byte[3 * argb.length];
    byte[] opacity = new byte[argb.length];
    for (int i = 0; i < argb.length; i++) {
      int green = argb[i] >> 8;
      rgb[3 * i] = (byte) ((argb[i] >> 16) + green);
      rgb[3 * i + 1] = (byte) green;
      rgb[3 * i + 2] = (byte) (argb[i] + green);
      opacity[i] = (byte) (argb[i] >>> 24);
      if (!alpha && argb[i] >>> 24 != 255) {
        throw new IllegalStateException("alpha");
      }
    }
    return alpha
        ? new Pixels(width, height, rgb, Optional.of(new Plane(width, height, opacity)))
        : new Pixels(width, height, rgb);
  }

  private int[] image(int width, int height, boolean main) {
    require(bits(1) == 0, "colour cache");
    require(!main || bits(1) == 0, "meta prefix");
    int[] sizes = {280, 256, 256, 256, 40};
    int[][] codes = new int[5][];
    for (int i = 0; i < 5; i++) {
      codes[i] = lengths(sizes[i]);
    }
    int[] out = new int[width * height];
    int at = 0;
    while (at < out.length) {
      int green = symbol(codes[0]);
      if (green < 256) {
        int red = symbol(codes[1]);
        int blue = symbol(codes[2]);
        out[at++] = (symbol(codes[3]) << 24) | (red << 16) | (green << 8) | blue;
      } else {
        int length = number(green - 256);
        int distance = distance(number(symbol(codes[4])), width);
        for (; length > 0; length--, at++) {
          out[at] = out[at - distance];
        }
      }
    }
    return out;
  }

  private int distance(int code, int width) {
    require(code <= 4 || code > 120, "near distance");
    return switch (code) {
      case 1 -> width;
      case 2 -> 1;
      case 3 -> width + 1;
      case 4 -> Math.max(1, width - 1);
      default -> code - 120;
    };
  }

  private int number(int prefix) {
    if (prefix < 4) {
      return prefix + 1;
    }
    int extra = (prefix - 2) >> 1;
    return ((2 + (prefix & 1)) << extra) + bits(extra) + 1;
  }

  /// Canonical decoding: the first code of a length follows from the shorter ones.
  private int symbol(int[] lengths) {
    int only = -1;
    int used = 0;
    for (int s = 0; s < lengths.length; s++) {
      if (lengths[s] > 0) {
        only = s;
        used++;
      }
    }
    if (used == 1) {
      return only;
    }
    int code = 0;
    int first = 0;
    for (int length = 1; length <= 15; length++) {
      code = (code << 1) | bits(1);
      first <<= 1;
      for (int s = 0; s < lengths.length; s++) {
        if (lengths[s] == length && first++ == code) {
          return s;
        }
      }
    }
    throw new IllegalStateException("no such code");
  }

  private int[] lengths(int size) {
    int[] lengths = new int[size];
    if (bits(1) == 1) {
      int symbols = bits(1) + 1;
      lengths[bits(1) == 1 ? bits(8) : bits(1)] = 1;
      if (symbols == 2) {
        lengths[bits(8)] = 1;
      }
      return lengths;
    }
    int[] code = new int[19];
    int count = bits(4) + 4;
    for (int i = 0; i < count; i++) {
      code[CODE_LENGTH_ORDER[i]] = bits(3);
    }
    require(bits(1) == 0, "maximal symbol");
    int previous = 8;
    for (int s = 0; s < size; ) {
      int token = symbol(code);
      int value = token == 16 ? previous : token < 16 ? token : 0;
      int run =
          switch (token) {
            case 16 -> 3 + bits(2);
            case 17 -> 3 + bits(3);
            case 18 -> 11 + bits(7);
            default -> 1;
          };
      for (; run > 0; run--) {
        lengths[s++] = value;
      }
      previous = value != 0 ? value : previous;
    }
    requireComplete(lengths);
    return lengths;
  }

  private void requireComplete(int[] lengths) {
    int sum = 0;
    for (int length : lengths) {
      sum += length == 0 ? 0 : 1 << (15 - length);
    }
    require(sum == 1 << 15, "complete code");
  }

  private static void unpredict(int[] argb, int width, int[] modes, int blockBits) {
    int blocks = (width + (1 << blockBits) - 1) >> blockBits;
    for (int i = 0; i < argb.length; i++) {
      int x = i % width;
      int y = i / width;
      int predicted = 0xff000000;
      if (x > 0 && y > 0) {
        int mode = (modes[(y >> blockBits) * blocks + (x >> blockBits)] >> 8) & 15;
        predicted =
            predict(mode, argb[i - 1], argb[i - width], argb[i - width + 1], argb[i - width - 1]);
      } else if (i > 0) {
        predicted = y == 0 ? argb[i - 1] : argb[i - width];
      }
      int sum = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        sum |= (((argb[i] >>> shift) + (predicted >>> shift)) & 255) << shift;
      }
      argb[i] = sum;
    }
  }

  private static int predict(int mode, int l, int t, int tr, int tl) {
    if (mode == 11) {
      int toLeft = 0;
      int toTop = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int estimate = channel(l, shift) + channel(t, shift) - channel(tl, shift);
        toLeft += Math.abs(estimate - channel(l, shift));
        toTop += Math.abs(estimate - channel(t, shift));
      }
      return toLeft < toTop ? l : t;
    }
    int out = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int predicted =
          predictChannel(
              mode, channel(l, shift), channel(t, shift), channel(tr, shift), channel(tl, shift));
      out |= (mode == 0 ? (shift == 24 ? 255 : 0) : predicted) << shift;
    }
    return out;
  }

  private static int predictChannel(int mode, int l, int t, int tr, int tl) {
    int mean = (l + t) / 2;
    return switch (mode) {
      case 0 -> 0;
      case 1 -> l;
      case 2 -> t;
      case 3 -> tr;
      case 4 -> tl;
      case 5 -> ((l + tr) / 2 + t) / 2;
      case 6 -> (l + tl) / 2;
      case 7 -> mean;
      case 8 -> (tl + t) / 2;
      case 9 -> (t + tr) / 2;
      case 10 -> ((l + tl) / 2 + (t + tr) / 2) / 2;
      case 12 -> Math.clamp(l + t - tl, 0, 255);
      case 13 -> Math.clamp(mean + (mean - tl) / 2, 0, 255);
      default -> throw new IllegalStateException("mode " + mode);
    };
  }

  private static int channel(int argb, int shift) {
    return (argb >>> shift) & 255;
  }
}
