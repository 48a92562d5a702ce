package io.inkstream.engine.textencoder;

import io.inkstream.engine.tensor.Tensor;

/// The rotation of a picture's patches in the vision tower: the first half of the frequencies turns
/// with a patch's row, the second with its column.
///
/// @param columns of cells
/// @param headDim width of a head
record VisionRope(int columns, int headDim) {
  /// Patches of a cell, 2 x 2.
  static final int MERGED = 4;

  private static final double THETA = 10_000;

  /// `cos` or `sin`, `[patches, headDim / 2]`. The caller closes it.
  ///
  /// @param cells in the order in which the tower reads them, as numbers of the picture's cells row
  ///   by row
  Tensor table(int[] cells, boolean cosine) {
    int half = headDim / 2;
    int quarter = half / 2;
    float[] table = new float[MERGED * cells.length * half];
    int at = 0;
    for (int cell : cells) {
      for (int patch = 0; patch < MERGED; patch++) {
        for (int k = 0; k < half; k++) {
          float frequency = 1f / (float) Math.pow(THETA, (float) (2 * (k % quarter)) / half);
          float angle = (k < quarter ? row(cell, patch) : column(cell, patch)) * frequency;
          table[at++] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
        }
      }
    }
    return Tensor.of(table, (long) MERGED * cells.length, half);
  }

  /// A patch's row among all patches.
  int row(int cell, int patch) {
    return 2 * (cell / columns) + patch / 2;
  }

  /// A patch's column among all patches.
  int column(int cell, int patch) {
    return 2 * (cell % columns) + patch % 2;
  }
}
