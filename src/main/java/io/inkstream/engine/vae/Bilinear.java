package io.inkstream.engine.vae;

/// Enlarges by a whole factor; values run over between the middles of the samples.
final class Bilinear {
  private Bilinear() {}

  /// `[channels, h, w]` to `[channels, factor h, factor w]`.
  static float[] enlarge(float[] values, int channels, int height, int width, int factor) {
    if (factor == 1) {
      return values;
    }
    float[] enlarged = new float[channels * height * factor * width * factor];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height * factor; y++) {
        float row = middle(y, factor, height);
        int top = (c * height + (int) row) * width;
        int bottom = (c * height + Math.min((int) row + 1, height - 1)) * width;
        for (int x = 0; x < width * factor; x++) {
          float column = middle(x, factor, width);
          int left = (int) column;
          int right = Math.min(left + 1, width - 1);
          float above = mix(values[top + left], values[top + right], column - left);
          float below = mix(values[bottom + left], values[bottom + right], column - left);
          enlarged[at++] = mix(above, below, row - (int) row);
        }
      }
    }
    return enlarged;
  }

  /// Where the middle of an enlarged sample lies among the samples.
  private static float middle(int index, int factor, int length) {
    return Math.clamp((index + 0.5f) / factor - 0.5f, 0f, length - 1f);
  }

  private static float mix(float from, float to, float part) {
    return from + part * (to - from);
  }
}
