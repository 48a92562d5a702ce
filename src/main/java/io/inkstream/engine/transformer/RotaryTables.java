package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;

/// `cos` and `sin` of rows, each `[rows, half a head]`.
public record RotaryTables(Tensor cos, Tensor sin) implements AutoCloseable {
  /// The same in a space, to which these belong from now on.
  RotaryTables in(TensorSpace space) {
    return new RotaryTables(space.take(cos), space.take(sin));
  }

  @Override
  public void close() {
    cos.close();
    sin.close();
  }
}
