package io.inkstream.transformer;

import io.inkstream.tensor.Tensor;
import io.inkstream.tensor.TensorSpace;
import java.util.List;

/// The modulations of every block for every step of a schedule.
///
/// @param blocks by block, `[steps, 12 D]`
/// @param out of the output, `[steps, 2 D]`
record Modulations(List<Tensor> blocks, Tensor out) implements AutoCloseable {
  /// The same in a space, to which these belong from now on.
  Modulations in(TensorSpace space) {
    return new Modulations(blocks.stream().map(space::take).toList(), space.take(out));
  }

  @Override
  public void close() {
    blocks.forEach(Tensor::close);
    out.close();
  }
}
