package io.inkstream.engine.tensor;

/// MT19937 with torch's seeding and torch's uniform numbers. Not for several threads at once.
///
/// Source: ATen `MT19937RNGEngine.h` and `DistributionsHelper.h`.
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int MIDDLE = 397;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /// Of the seed only the low 32 bits count, as in torch.
  MersenneTwister(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < SIZE; i++) {
      int previous = state[i - 1];
      state[i] = 1_812_433_253 * (previous ^ previous >>> 30) + i;
    }
  }

  /// 32 random bits.
  int bits32() {
    if (next == SIZE) {
      twist();
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9D2C5680;
    y ^= y << 15 & 0xEFC60000;
    return y ^ y >>> 18;
  }

  /// Uniform in `[0, 1)`: 24 bits of one draw.
  float uniformFloat() {
    return (bits32() & 0xFFFFFF) * 0x1p-24f;
  }

  /// Uniform in `[0, 1)`: 53 bits of two draws, the first one above.
  double uniformDouble() {
    long high = (long) bits32() << 32;
    long low = bits32() & 0xFFFF_FFFFL;
    return ((high | low) & (1L << 53) - 1) * 0x1p-53;
  }

  private void twist() {
    int last = SIZE - 1;
    for (int i = 0; i < SIZE - MIDDLE; i++) {
      twist(i, i + 1, i + MIDDLE);
    }
    for (int i = SIZE - MIDDLE; i < last; i++) {
      twist(i, i + 1, i + MIDDLE - SIZE);
    }
    twist(last, 0, MIDDLE - 1);
  }

  private void twist(int i, int following, int middle) {
    int y = (state[i] & 0x80000000) | (state[following] & 0x7FFFFFFF);
    state[i] = state[middle] ^ y >>> 1 ^ ((y & 1) * 0x9908B0DF);
  }
}
