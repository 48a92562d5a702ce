package io.inkstream.engine.tensor;

/// A matrix `[rows, columns]` that is read row by row as float32, wherever it lies.
public interface RowTable {
  int rows();

  int columns();

  /// Copies one row to `target` from `at` on, widened.
  ///
  /// @throws IndexOutOfBoundsException if there is no such row
  void copyRow(int row, float[] target, int at);
}
