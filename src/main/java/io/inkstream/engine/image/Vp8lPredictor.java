package io.inkstream.engine.image;

/// The predictor transform of VP8L (specification, 4.1): every block of pixels takes the mode that
/// leaves the least to code, and pixels become their differences from the prediction.
///
/// Pixels are `0xAARRGGBB`; where alpha is 255 everywhere, every mode predicts it.
final class Vp8lPredictor {
  /// A block has two to this power pixels a side.
  static final int BLOCK_BITS = 3;

  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int MODES = 14;

  private final int[] pixels;
  private final int width;
  private final int height;
  private final int blocksPerRow;
  private final int[] modes;
  private final int[] residuals;
  private final int[] costs = new int[256];

  Vp8lPredictor(int[] pixels, int width) {
    this.pixels = pixels;
    this.width = width;
    this.height = pixels.length / width;
    this.blocksPerRow = Math.ceilDiv(width, BLOCK);
    this.modes = new int[blocksPerRow * Math.ceilDiv(height, BLOCK)];
    this.residuals = new int[pixels.length];
    for (int i = 0; i < costs.length; i++) {
      // About the bits of a residual that is small as often as residuals are.
      costs[i] = (int) Math.round(256 * Math.log(1 + Math.abs((byte) i)));
    }
    for (int block = 0; block < modes.length; block++) {
      predict(block);
    }
  }

  int blocksPerRow() {
    return blocksPerRow;
  }

  /// The mode of each block, where the green of a pixel stands.
  int[] modes() {
    return modes;
  }

  int[] residuals() {
    return residuals;
  }

  private void predict(int block) {
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int mode = 0; mode < MODES; mode++) {
      long cost = cost(block, mode, least);
      if (cost < least) {
        least = cost;
        best = mode;
      }
    }
    cost(block, best, Long.MAX_VALUE);
    modes[block] = best << 8;
  }

  /// Fills the block's residuals and estimates what they cost; stops early above the limit.
  private long cost(int block, int mode, long limit) {
    int left = block % blocksPerRow * BLOCK;
    int top = block / blocksPerRow * BLOCK;
    long cost = 0;
    for (int y = top; y < Math.min(top + BLOCK, height) && cost < limit; y++) {
      for (int x = left; x < Math.min(left + BLOCK, width); x++) {
        int at = y * width + x;
        int residual = Vp8lMode.minus(pixels[at], prediction(x, y, mode));
        residuals[at] = residual;
        cost += cost(residual);
      }
    }
    return cost;
  }

  private int cost(int residual) {
    return costs[residual >>> 24]
        + costs[(residual >> 16) & 0xff]
        + costs[(residual >> 8) & 0xff]
        + costs[residual & 0xff];
  }

  /// The first row and column have modes of their own.
  private int prediction(int x, int y, int mode) {
    int at = y * width + x;
    if (y == 0) {
      return x == 0 ? Vp8lMode.OPAQUE_BLACK : pixels[at - 1];
    }
    if (x == 0) {
      return pixels[at - width];
    }
    // At the right end the pixel above and to the right is the first of this row.
    return Vp8lMode.predict(
        mode, pixels[at - 1], pixels[at - width], pixels[at - width + 1], pixels[at - width - 1]);
  }
}
