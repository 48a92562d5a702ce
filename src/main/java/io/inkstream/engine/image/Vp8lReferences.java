package io.inkstream.engine.image;

import java.util.Arrays;

/// Finds runs of pixels that occurred before (LZ77, greedy, hash chains).
///
/// A token is either a pixel `0xAARRGGBB`, or a negative number that holds a length and a distance.
final class Vp8lReferences {
  /// Distance codes that stand for near pixels and come before the plain distances.
  static final int NEIGHBOURS = 120;

  private static final int MAX_LENGTH = 4096;
  private static final int MAX_DISTANCE = (1 << 20) - NEIGHBOURS;
  private static final int HASH_BITS = 16;
  private static final int CHAIN = 16;
  private static final int MIN_LENGTH = 3;

  private final int[] pixels;
  private final int[] heads = new int[1 << HASH_BITS];
  private final int[] previous;

  Vp8lReferences(int[] pixels) {
    this.pixels = pixels;
    this.previous = new int[pixels.length];
    Arrays.fill(heads, -1);
  }

  static boolean isCopy(long token) {
    return token < 0;
  }

  static int length(long token) {
    return (int) (token >>> 32) & 0xffff;
  }

  static int distance(long token) {
    return (int) token;
  }

  /// The whole image; to be called once.
  long[] tokens() {
    long[] tokens = new long[pixels.length];
    int count = 0;
    int at = 0;
    while (at < pixels.length) {
      long copy = longest(at);
      int length = isCopy(copy) ? length(copy) : 1;
      tokens[count++] = isCopy(copy) ? copy : Integer.toUnsignedLong(pixels[at]);
      for (int end = at + length; at < end; at++) {
        remember(at);
      }
    }
    return Arrays.copyOf(tokens, count);
  }

  /// The longest run that is worth a reference, else 0.
  private long longest(int at) {
    if (at + 1 >= pixels.length) {
      return 0;
    }
    int bestLength = 0;
    int bestDistance = 0;
    int from = heads[hash(at)];
    for (int tries = 0; tries < CHAIN && from >= 0 && at - from <= MAX_DISTANCE; tries++) {
      int length = run(from, at);
      if (length > bestLength) {
        bestLength = length;
        bestDistance = at - from;
      }
      from = previous[from];
    }
    return bestLength < MIN_LENGTH ? 0 : Long.MIN_VALUE | ((long) bestLength << 32) | bestDistance;
  }

  private int run(int from, int at) {
    int limit = Math.min(MAX_LENGTH, pixels.length - at);
    int length = 0;
    while (length < limit && pixels[from + length] == pixels[at + length]) {
      length++;
    }
    return length;
  }

  private void remember(int at) {
    if (at + 1 < pixels.length) {
      int hash = hash(at);
      previous[at] = heads[hash];
      heads[hash] = at;
    }
  }

  private int hash(int at) {
    return ((pixels[at] * 0x9e3779b1) ^ (pixels[at + 1] * 0x85ebca6b))
        >>> (Integer.SIZE - HASH_BITS);
  }
}
