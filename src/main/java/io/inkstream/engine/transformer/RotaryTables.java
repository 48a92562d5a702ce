package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;

/// `cos` and `sin` of rows, each `[rows, half a head]`.
public record RotaryTables(Tensor cos, Tensor sin) implements AutoCloseable {
  @Override
  public void close() {
    cos.close();
    sin.close();
  }
}
