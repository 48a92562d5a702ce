package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// One of many blocks that one session runs, each with its own weights.
///
/// @param form number of the session
record SharedBlock(SharedBlocks blocks, int form, int index) implements Subgraph {
  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    blocks.run(form, index, inputs, outputs, signal);
  }

  @Override
  public void close() {
    blocks.close(form, index);
  }
}
