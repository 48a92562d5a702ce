package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// One of many blocks of the processor that one session runs, each with its own weights.
final class HostBlock implements Subgraph {
  private final HostBlocks blocks;
  private final int index;
  private boolean closed;

  HostBlock(HostBlocks blocks, int index) {
    this.blocks = blocks;
    this.index = index;
  }

  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    blocks.run(index, inputs, outputs, signal);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      blocks.close();
    }
  }
}
