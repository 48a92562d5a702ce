package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// Blocks of a lane that has all rows.
record WholeBlocks(Blocks.Whole blocks) implements BlockRuns {
  @Override
  public void run(
      int block,
      Map<String, Tensor> inputs,
      Map<String, Tensor> outputs,
      CancellationSignal signal) {
    blocks.all().get(block).run(inputs, outputs, signal);
  }

  @Override
  public void settle() {
    // Nobody else reads anything.
  }

  @Override
  public void close() {
    // They are the model's.
  }
}
