package io.inkstream.engine.tensor;

/// The 256 values of both kinds of floats of eight bits.
public final class Float8 {
  private static final int CODES = 256;

  /// e4m3fn: 1 sign, 4 exponent, 3 mantissa bits; no infinity, 448 at most.
  private static final float[] E4M3 = table(3, 7);

  /// e5m2: the upper byte of a half.
  private static final float[] E5M2 = table(2, 15);

  private Float8() {}

  /// The largest number of e4m3fn.
  public static final float E4M3_MOST = 448;

  private static final int LEAST_NORMAL = 127 - 6; // 2^-6, as float32 writes exponents
  private static final float SUBNORMALS = 512; // of 2^-9 each

  /// The number of e4m3fn that a code stands for.
  public static float ofE4m3(byte code) {
    return E4M3[code & 0xFF];
  }

  /// What the codes of e4m3fn stand for.
  public static float[] e4m3Values() {
    return E4M3.clone();
  }

  /// What the codes of e5m2 stand for.
  public static float[] e5m2Values() {
    return E5M2.clone();
  }

  /// The code of the nearest number of e4m3fn, of two the even one; beyond the largest, that.
  public static byte e4m3(float value) {
    int sign = Float.floatToRawIntBits(value) >>> 24 & 128;
    float magnitude = Math.min(Math.abs(value), E4M3_MOST);
    int bits = Float.floatToRawIntBits(magnitude);
    if (bits >>> 23 < LEAST_NORMAL) {
      return (byte) (sign | (int) Math.rint(magnitude * SUBNORMALS));
    }
    int rounded = bits + 0x7FFFF + (bits >>> 20 & 1) >>> 20; // 3 bits of mantissa are left
    return (byte) (sign | rounded - (LEAST_NORMAL - 1 << 3));
  }

  private static float[] table(int mantissaBits, int bias) {
    float[] values = new float[CODES];
    int ones = (1 << mantissaBits) - 1;
    int most = (1 << 7 - mantissaBits) - 1;
    for (int code = 0; code < CODES; code++) {
      int exponent = code >> mantissaBits & most;
      int mantissa = code & ones;
      float size =
          exponent == 0
              ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
              : Math.scalb((float) (mantissa + ones + 1), exponent - bias - mantissaBits);
      if (exponent == most && (mantissaBits == 2 || mantissa == ones)) {
        size = mantissaBits == 2 && mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      }
      values[code] = code < CODES / 2 ? size : -size;
    }
    return values;
  }
}
