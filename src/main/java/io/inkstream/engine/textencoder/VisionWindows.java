package io.inkstream.engine.textencoder;

import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// How the patches of one picture lie in the vision tower: cells of 2 x 2 patches, cut into square
/// windows from the top left, window by window and each row by row. Windows at the right and the
/// bottom may have fewer cells; for attention they are filled up with patches that nobody sees.
///
/// @param rows of cells
/// @param columns of cells
/// @param side of a window, in cells
record VisionWindows(int rows, int columns, int side) {
  // Added to a score, it leaves nothing of it after the softmax.
  private static final float UNSEEN = -1e30f;

  int cells() {
    return rows * columns;
  }

  int patches() {
    return VisionRope.MERGED * cells();
  }

  int windows() {
    return Math.ceilDiv(rows, side) * Math.ceilDiv(columns, side);
  }

  /// Patches of a full window.
  int patchesOfWindow() {
    return VisionRope.MERGED * side * side;
  }

  /// The cells in the tower's order, as numbers of the picture's cells row by row.
  int[] order() {
    return byWindow().stream().flatMap(List::stream).mapToInt(cell -> cell).toArray();
  }

  private List<List<Integer>> byWindow() {
    List<List<Integer>> windows = new ArrayList<>();
    for (int top = 0; top < rows; top += side) {
      for (int left = 0; left < columns; left += side) {
        windows.add(window(top, left));
      }
    }
    return windows;
  }

  private List<Integer> window(int top, int left) {
    List<Integer> cells = new ArrayList<>();
    for (int row = top; row < Math.min(top + side, rows); row++) {
      for (int column = left; column < Math.min(left + side, columns); column++) {
        cells.add(row * columns + column);
      }
    }
    return cells;
  }

  /// What attention within windows needs. The caller closes it.
  Tables tables() {
    int full = patchesOfWindow();
    float[] filled = new float[windows() * full];
    float[] places = new float[patches()];
    float[] bias = new float[windows() * full * full];
    int patch = 0;
    int window = 0;
    for (List<Integer> cells : byWindow()) {
      int own = VisionRope.MERGED * cells.size();
      for (int i = 0; i < own; i++) {
        places[patch] = window * full + i;
        filled[window * full + i] = patch++;
      }
      for (int query = 0; query < full; query++) {
        for (int key = own; key < full; key++) {
          bias[(window * full + query) * full + key] = UNSEEN;
        }
      }
      window++;
    }
    return new Tables(
        Tensor.of(filled, filled.length),
        Tensor.of(places, places.length),
        Tensor.of(bias, windows(), 1, full, full));
  }

  /// For attention within windows: which patch stands at each place of a full window, where each
  /// patch stands, and what is added to the scores.
  ///
  /// @param filled `[windows · patches of a window]`
  /// @param places `[patches]`
  /// @param bias `[windows, 1, patches of a window, patches of a window]`
  record Tables(Tensor filled, Tensor places, Tensor bias) implements AutoCloseable {
    @Override
    public void close() {
      filled.close();
      places.close();
      bias.close();
    }
  }
}
