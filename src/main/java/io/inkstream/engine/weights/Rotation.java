package io.inkstream.engine.weights;

/// ConvRot's rotation, which spreads outliers of a row over a group of numbers before they become
/// small integers: `w H`, H being the Kronecker power of a symmetric matrix of four rows, divided
/// by √group. H is its own inverse.
final class Rotation {
  private Rotation() {}

  /// Whether there is an H of that size: a power of 4 that divides the row.
  static boolean fits(int group, long row) {
    boolean power = group >= 4 && Integer.bitCount(group) == 1 && (group & 0x55555555) != 0;
    return power && row % group == 0;
  }

  /// Turns the groups of a row in place.
  static void turn(float[] values, int from, int row, int group) {
    float shrink = (float) (1 / Math.sqrt(group));
    for (int at = from; at < from + row; at += group) {
      for (int stride = 1; stride < group; stride *= 4) {
        mix(values, at, group, stride);
      }
      for (int i = at; i < at + group; i++) {
        values[i] *= shrink;
      }
    }
  }

  private static void mix(float[] values, int from, int group, int stride) {
    for (int block = from; block < from + group; block += 4 * stride) {
      for (int i = block; i < block + stride; i++) {
        float a = values[i];
        float b = values[i + stride];
        float c = values[i + 2 * stride];
        float d = values[i + 3 * stride];
        values[i] = a + b + c - d;
        values[i + stride] = a + b - c + d;
        values[i + 2 * stride] = a - b + c + d;
        values[i + 3 * stride] = b + c + d - a;
      }
    }
  }
}
