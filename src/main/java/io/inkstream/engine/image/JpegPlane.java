package io.inkstream.engine.image;

/// One colour component, centred at zero, in whole units of 8 or 16 samples a side.
///
/// Beyond the picture the last row and column are repeated.
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegPlane(int width, int height, float[] samples) {
  /// Luminance, blue and red difference of a picture (JFIF 1.02, "Conversion to and from RGB").
  ///
  /// @param unit the multiple that both sides are filled up to
  static JpegPlane[] of(Pixels pixels, int unit) {
    return new JpegPlane[] {
      component(pixels, unit, 0.299f, 0.587f, 0.114f, -128),
      component(pixels, unit, -0.168736f, -0.331264f, 0.5f, 0),
      component(pixels, unit, 0.5f, -0.418688f, -0.081312f, 0)
    };
  }

  private static JpegPlane component(
      Pixels pixels, int unit, float red, float green, float blue, float offset) {
    int width = Math.ceilDiv(pixels.width(), unit) * unit;
    int height = Math.ceilDiv(pixels.height(), unit) * unit;
    float[] samples = new float[Math.multiplyExact(width, height)];
    for (int y = 0; y < height; y++) {
      int fromY = Math.min(y, pixels.height() - 1);
      for (int x = 0; x < width; x++) {
        int fromX = Math.min(x, pixels.width() - 1);
        samples[y * width + x] =
            red * pixels.sample(fromX, fromY, 0)
                + green * pixels.sample(fromX, fromY, 1)
                + blue * pixels.sample(fromX, fromY, 2)
                + offset;
      }
    }
    return new JpegPlane(width, height, samples);
  }

  /// Half as wide and high: each sample the mean of four.
  JpegPlane halved() {
    int w = width / 2;
    int h = height / 2;
    float[] half = new float[w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int at = 2 * y * width + 2 * x;
        float upper = samples[at] + samples[at + 1];
        float lower = samples[at + width] + samples[at + width + 1];
        half[y * w + x] = (upper + lower) / 4;
      }
    }
    return new JpegPlane(w, h, half);
  }

  /// Copies the 8×8 block at that block column and row.
  void block(int column, int row, float[] into) {
    for (int y = 0; y < 8; y++) {
      System.arraycopy(samples, (row * 8 + y) * width + column * 8, into, y * 8, 8);
    }
  }
}
