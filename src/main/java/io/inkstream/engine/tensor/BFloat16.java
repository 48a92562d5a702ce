package io.inkstream.engine.tensor;

/// The upper half of a float32: 1 sign bit, 8 exponent bits, 7 mantissa bits.
public final class BFloat16 {
  private BFloat16() {}

  /// Widens the 16 bits; exact.
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// Rounds to nearest, ties to even, as torch does; a NaN stays a NaN.
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  /// The nearest float that a bfloat16 can hold.
  public static float round(float value) {
    return toFloat(fromFloat(value));
  }
}
