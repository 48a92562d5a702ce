package io.inkstream.engine.weights;

import static io.inkstream.engine.weights.SmallBlocks.half;

/// ggml's K types: blocks of 256 numbers in groups of 16 or 32, whose scales are small integers
/// times one half-precision number.
final class SuperBlocks {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final int HALVES = 8; // groups of 16 in half of a block
  private static final int PACKED = 32; // bytes that hold the same bits of neighbouring groups

  private SuperBlocks() {}

  /// `(d s) q - dmin m`: s and m u4 [16], q u2 [256], d, dmin f16.
  static void q2(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at + 80);
    float dmin = half(from, at + 82);
    for (int group = 0; group < GROUPS; group++) {
      int both = from[at + group];
      float scale = d * (both & 15);
      float least = dmin * (both >> 4 & 15);
      int quants = at + 16 + twoBits(group);
      int shift = shift(group);
      for (int i = 0; i < GROUP; i++) {
        to[toAt + group * GROUP + i] = scale * (from[quants + i] >> shift & 3) - least;
      }
    }
  }

  /// `(d s) q`: the third bits [256], q u2 [256], s i6 [16], d f16.
  static void q3(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at + 108);
    for (int group = 0; group < GROUPS; group++) {
      int low = from[at + 96 + group % 8] >> (group < 8 ? 0 : 4) & 15;
      int high = from[at + 104 + group % 4] >> 2 * (group / 4) & 3;
      float scale = d * ((low | high << 4) - 32);
      int quants = at + 32 + twoBits(group);
      int thirds = at + group % 2 * GROUP;
      int shift = shift(group);
      int third = 4 * (group / HALVES) + shift / 2;
      for (int i = 0; i < GROUP; i++) {
        int q = (from[quants + i] >> shift & 3) - 4 + (from[thirds + i] >> third & 1) * 4;
        to[toAt + group * GROUP + i] = scale * q;
      }
    }
  }

  /// Where a group's bytes are among those of two bits a number.
  private static int twoBits(int group) {
    return group / HALVES * PACKED + group % 2 * GROUP;
  }

  private static int shift(int group) {
    return group % HALVES / 2 * 2;
  }

  /// `(d s) q - dmin m`: d, dmin f16, s and m u6 [8], q u4 [256].
  static void q4(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    float dmin = half(from, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(from, at + 4, group);
      float least = dmin * least(from, at + 4, group);
      int quants = at + 16 + group / 2 * PACKED;
      int shift = group % 2 * 4;
      for (int i = 0; i < PACKED; i++) {
        to[toAt + group * PACKED + i] = scale * (from[quants + i] >> shift & 15) - least;
      }
    }
  }

  /// `(d s) q - dmin m`: d, dmin f16, s and m u6 [8], the fifth bits [256], q u4 [256].
  static void q5(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    float dmin = half(from, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(from, at + 4, group);
      float least = dmin * least(from, at + 4, group);
      int quants = at + 48 + group / 2 * PACKED;
      int shift = group % 2 * 4;
      for (int i = 0; i < PACKED; i++) {
        int fifth = (from[at + 16 + i] >> group & 1) << 4;
        to[toAt + group * PACKED + i] = scale * (from[quants + i] >> shift & 15 | fifth) - least;
      }
    }
  }

  private static int scale(byte[] from, int at, int group) {
    return group < 4
        ? from[at + group] & 63
        : from[at + group + 4] & 15 | (from[at + group - 4] >> 6 & 3) << 4;
  }

  private static int least(byte[] from, int at, int group) {
    return group < 4
        ? from[at + group + 4] & 63
        : from[at + group + 4] >> 4 & 15 | (from[at + group] >> 6 & 3) << 4;
  }

  /// `(d s) q`: the low four bits [256], the high two [256], s i8 [16], d f16.
  static void q6(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at + 208);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * from[at + 192 + group];
      int part = group % HALVES / 2;
      int lows = at + group / HALVES * 64 + part % 2 * PACKED + group % 2 * GROUP;
      int highs = at + 128 + twoBits(group);
      int shift = shift(group);
      for (int i = 0; i < GROUP; i++) {
        int q = from[lows + i] >> part / 2 * 4 & 15 | (from[highs + i] >> shift & 3) << 4;
        to[toAt + group * GROUP + i] = scale * (q - 32);
      }
    }
  }
}
