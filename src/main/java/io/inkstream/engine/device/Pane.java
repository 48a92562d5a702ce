package io.inkstream.engine.device;

import io.inkstream.engine.tensor.Tensor;

/// Columns of some rows of a matrix in a device's memory.
///
/// @param tensor `[rows, columns]`
/// @param row the first of the rows
/// @param rows how many
/// @param column the first of the columns
/// @param columns how many
public record Pane(Tensor tensor, int row, int rows, int column, int columns) {
  public Pane {
    var shape = tensor.shape();
    if (row < 0 || column < 0 || row + rows > shape.dim(0) || column + columns > shape.dim(1)) {
      throw new IndexOutOfBoundsException(
          "%d rows from %d and %d columns from %d of %s"
              .formatted(rows, row, columns, column, shape));
    }
  }

  /// Where it begins.
  long address() {
    return tensor.address() + row * pitch() + (long) column * tensor.type().bytes();
  }

  /// Bytes from row to row.
  long pitch() {
    return tensor.shape().dim(1) * tensor.type().bytes();
  }

  /// Bytes of a row.
  long width() {
    return (long) columns * tensor.type().bytes();
  }
}
