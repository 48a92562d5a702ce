package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;

/// `cos` and `sin` of rows, each `[rows, half a head]`.
public record RotaryTables(Tensor cos, Tensor sin) implements AutoCloseable {
  /// A lane's rows, in place of all of them.
  ///
  /// @param kinds how many rows of each there are
  RotaryTables of(Slice slice, int... kinds) {
    if (slice.count() == 1) {
      return this;
    }
    try (this) {
      return new RotaryTables(own(cos, slice, kinds), own(sin, slice, kinds));
    }
  }

  private static Tensor own(Tensor table, Slice slice, int... kinds) {
    float[] rows = slice.rows(table.toArray(), kinds);
    return Tensor.of(rows, slice.ofAll(kinds), table.shape().dim(1));
  }

  @Override
  public void close() {
    cos.close();
    sin.close();
  }
}
