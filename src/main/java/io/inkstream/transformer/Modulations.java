package io.inkstream.transformer;

import io.inkstream.tensor.Tensor;
import java.util.List;

/// The modulations of every block for every step of a schedule.
///
/// @param blocks by block, `[steps, 12 D]`
/// @param out of the output, `[steps, 2 D]`
record Modulations(List<Tensor> blocks, Tensor out) implements AutoCloseable {
  @Override
  public void close() {
    blocks.forEach(Tensor::close);
    out.close();
  }
}
