package io.inkstream.transformer;

import io.inkstream.tensor.Shape;
import io.inkstream.tensor.Tensor;

/// Two tensors of one shape: a block reads one and writes the other.
final class PingPong implements AutoCloseable {
  private final Tensor even;
  private final Tensor odd;

  PingPong(Shape shape) {
    this.even = Tensor.zeros(shape.dims());
    this.odd = Tensor.zeros(shape.dims());
  }

  /// What the block of this number writes; the input of block 0 is what block -1 would have.
  Tensor after(int block) {
    return Math.floorMod(block, 2) == 0 ? even : odd;
  }

  @Override
  public void close() {
    even.close();
    odd.close();
  }
}
