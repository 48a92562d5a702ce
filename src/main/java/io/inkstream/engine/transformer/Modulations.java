package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// The modulations of every block for every step of a schedule; their parts are described at the
/// graphs that make them.
///
/// @param blocks by block, `[steps, parts · D]`
/// @param out of the output, `[steps, parts · D]`
/// @param release what happens when nobody needs them any more
record Modulations(List<Tensor> blocks, Tensor out, Runnable release) implements AutoCloseable {
  /// Modulations that are freed when closed.
  static Modulations owned(List<Tensor> blocks, Tensor out) {
    return new Modulations(
        blocks,
        out,
        () -> {
          blocks.forEach(Tensor::close);
          out.close();
        });
  }

  @Override
  public void close() {
    release.run();
  }
}
