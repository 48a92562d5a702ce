package io.inkstream.engine.weights;

/// ggml's blocks of 32 numbers. In those of 4 and 5 bits, the low halves of the bytes are the first
/// sixteen numbers, the high halves the others.
final class SmallBlocks {
  private static final int HALF = 16;

  private SmallBlocks() {}

  /// `d (q - 8)`: d f16, q[32] u4.
  static void q4Signed(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    for (int i = 0; i < HALF; i++) {
      int pair = from[at + 2 + i];
      to[toAt + i] = d * ((pair & 15) - 8);
      to[toAt + HALF + i] = d * ((pair >> 4 & 15) - 8);
    }
  }

  /// `d q + m`: d, m f16, q[32] u4.
  static void q4Offset(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    float m = half(from, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = from[at + 4 + i];
      to[toAt + i] = d * (pair & 15) + m;
      to[toAt + HALF + i] = d * (pair >> 4 & 15) + m;
    }
  }

  /// `d (q - 16)`: d f16, the fifth bits u32, q[32] u4.
  static void q5Signed(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    int fifth = word(from, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = from[at + 6 + i];
      to[toAt + i] = d * ((pair & 15 | (fifth >> i & 1) << 4) - 16);
      to[toAt + HALF + i] = d * ((pair >> 4 & 15 | (fifth >> i + HALF & 1) << 4) - 16);
    }
  }

  /// `d q + m`: d, m f16, the fifth bits u32, q[32] u4.
  static void q5Offset(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    float m = half(from, at + 2);
    int fifth = word(from, at + 4);
    for (int i = 0; i < HALF; i++) {
      int pair = from[at + 8 + i];
      to[toAt + i] = d * (pair & 15 | (fifth >> i & 1) << 4) + m;
      to[toAt + HALF + i] = d * (pair >> 4 & 15 | (fifth >> i + HALF & 1) << 4) + m;
    }
  }

  /// `d q`: d f16, q[32] i8.
  static void q8(byte[] from, int at, float[] to, int toAt) {
    float d = half(from, at);
    for (int i = 0; i < 2 * HALF; i++) {
      to[toAt + i] = d * from[at + 2 + i];
    }
  }

  static float half(byte[] from, int at) {
    return Float.float16ToFloat((short) (from[at] & 0xFF | from[at + 1] << 8));
  }

  private static int word(byte[] from, int at) {
    return from[at] & 0xFF
        | (from[at + 1] & 0xFF) << 8
        | (from[at + 2] & 0xFF) << 16
        | from[at + 3] << 24;
  }
}
