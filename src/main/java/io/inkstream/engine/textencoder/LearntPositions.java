package io.inkstream.engine.textencoder;

import io.inkstream.engine.tensor.Tensor;
import java.util.stream.IntStream;

/// Where the patches of one picture lie among positions that were learnt on a square: each between
/// four of them, the picture's corners on the square's.
///
/// @param rows of cells
/// @param columns of cells
/// @param side of the square
record LearntPositions(int rows, int columns, int side) {
  /// Learnt positions around a patch.
  static final int CORNERS = 4;

  /// All cells, row by row.
  int[] cells() {
    return IntStream.range(0, rows * columns).toArray();
  }

  int patches() {
    return VisionRope.MERGED * rows * columns;
  }

  /// Around each patch and how much of each.
  ///
  /// @param corners `[patches · 4]`, numbers of positions
  /// @param shares `[patches, 4, 1]`
  record Tables(Tensor corners, Tensor shares) implements AutoCloseable {
    @Override
    public void close() {
      corners.close();
      shares.close();
    }
  }

  /// The caller closes them.
  ///
  /// @param rope says where patches are
  Tables tables(VisionRope rope) {
    float[] corners = new float[CORNERS * patches()];
    float[] shares = new float[corners.length];
    int at = 0;
    for (int cell : cells()) {
      for (int patch = 0; patch < VisionRope.MERGED; patch++) {
        float y = place(rope.row(cell, patch), 2 * rows);
        float x = place(rope.column(cell, patch), 2 * columns);
        for (int corner = 0; corner < CORNERS; corner++) {
          int down = corner / 2;
          int right = corner % 2;
          corners[at] = learnt(y, down) * side + learnt(x, right);
          shares[at++] = share(y, down) * share(x, right);
        }
      }
    }
    return new Tables(Tensor.of(corners, corners.length), Tensor.of(shares, patches(), CORNERS, 1));
  }

  /// `torch.linspace(0, side - 1, extent)` in float32: from both ends to the middle.
  private float place(int index, int extent) {
    float step = extent == 1 ? 0 : (side - 1) / (float) (extent - 1);
    return index < extent / 2 ? step * index : (side - 1) - step * (extent - 1 - index);
  }

  private int learnt(float place, int next) {
    return Math.min((int) place + next, side - 1);
  }

  private static float share(float place, int next) {
    float rest = place - (int) place;
    return next == 0 ? 1 - rest : rest;
  }
}
