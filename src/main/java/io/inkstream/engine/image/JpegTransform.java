package io.inkstream.engine.image;

/// Forward DCT and quantisation of one component's blocks.
///
/// The DCT is that of Arai, Agui and Nakajima (1988) in five multiplications a row; its outputs are
/// scaled by cosines, which the quantisation takes back.
final class JpegTransform {
  private static final float C4 = (float) Math.sqrt(0.5);
  private static final float C6 = (float) Math.cos(6 * Math.PI / 16);
  private static final float C2_MINUS_C6 = (float) (Math.cos(2 * Math.PI / 16) - C6);
  private static final float C2_PLUS_C6 = (float) (Math.cos(2 * Math.PI / 16) + C6);

  /// Largest magnitude of a coefficient that the Huffman tables have a category for.
  private static final int LIMIT = 1023;

  private final float[] factors = new float[64];
  private final int[] zigzag = JpegTables.zigzag();

  /// @param quantisation divisors in natural order
  JpegTransform(int[] quantisation) {
    for (int row = 0; row < 8; row++) {
      for (int column = 0; column < 8; column++) {
        int i = row * 8 + column;
        factors[i] = (float) (1 / (8 * scale(row) * scale(column) * quantisation[i]));
      }
    }
  }

  private static double scale(int k) {
    return k == 0 ? 1 : Math.sqrt(2) * Math.cos(k * Math.PI / 16);
  }

  /// Transforms the block in place and gives its quantised coefficients in zigzag order.
  void apply(float[] block, int[] coefficients) {
    for (int i = 0; i < 8; i++) {
      transform(block, i * 8, 1);
    }
    for (int i = 0; i < 8; i++) {
      transform(block, i, 8);
    }
    for (int k = 0; k < 64; k++) {
      int i = zigzag[k];
      coefficients[k] = Math.clamp(Math.round(block[i] * factors[i]), -LIMIT, LIMIT);
    }
  }

  private static void transform(float[] d, int at, int step) {
    float s0 = d[at] + d[at + 7 * step];
    float s1 = d[at + step] + d[at + 6 * step];
    float s2 = d[at + 2 * step] + d[at + 5 * step];
    float s3 = d[at + 3 * step] + d[at + 4 * step];
    float d0 = d[at] - d[at + 7 * step];
    float d1 = d[at + step] - d[at + 6 * step];
    float d2 = d[at + 2 * step] - d[at + 5 * step];
    float d3 = d[at + 3 * step] - d[at + 4 * step];
    even(d, at, step, s0 + s3, s1 + s2, s1 - s2, s0 - s3);
    odd(d, at, step, d3 + d2, d2 + d1, d1 + d0, d0);
  }

  private static void even(float[] d, int at, int step, float a, float b, float c, float e) {
    float rotated = (c + e) * C4;
    d[at] = a + b;
    d[at + 4 * step] = a - b;
    d[at + 2 * step] = e + rotated;
    d[at + 6 * step] = e - rotated;
  }

  private static void odd(float[] d, int at, int step, float a, float b, float c, float last) {
    float z5 = (a - c) * C6;
    float z2 = C2_MINUS_C6 * a + z5;
    float z4 = C2_PLUS_C6 * c + z5;
    float z3 = b * C4;
    d[at + 5 * step] = last - z3 + z2;
    d[at + 3 * step] = last - z3 - z2;
    d[at + step] = last + z3 + z4;
    d[at + 7 * step] = last + z3 - z4;
  }
}
