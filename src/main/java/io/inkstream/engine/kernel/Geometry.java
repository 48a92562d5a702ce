package io.inkstream.engine.kernel;

/// How large a run of a [FusedOperator] is.
///
/// @param image rows of the image's stream
/// @param text rows of the text's stream
/// @param width of a row
/// @param head width of a head; that of a row where there are no heads
public record Geometry(int image, int text, int width, int head) {
  static final int EIGHT = 8; // numbers that a thread of a CUDA kernel holds at a time
  static final int WARP = 32;
  static final int MOST_THREADS = 512; // of a CUDA block, which works on a row

  /// Rows of both streams.
  public int rows() {
    return image + text;
  }

  /// Threads of a CUDA block: one for eight numbers of a row, as far as there are.
  public int threads() {
    return Math.min(MOST_THREADS, (width / EIGHT + WARP - 1) / WARP * WARP);
  }
}
