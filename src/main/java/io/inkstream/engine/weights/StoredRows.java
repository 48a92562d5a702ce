package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.RowTable;
import java.util.Objects;

/// A weight's rows as they are looked up in its file, one at a time, however they are stored.
public record StoredRows(WeightReader reader, TensorEntry entry) implements RowTable {
  @Override
  public int rows() {
    return Math.toIntExact(entry.rows());
  }

  @Override
  public int columns() {
    return Math.toIntExact(entry.rowLength());
  }

  @Override
  public void copyRow(int row, float[] target, int at) {
    reader.rows(entry, Objects.checkIndex(row, rows()), 1, target, at);
  }
}
