package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// The blocks within one request on one lane.
sealed interface BlockRuns extends AutoCloseable permits WholeBlocks, SlicedBlocks {
  /// Runs a block over the lane's rows.
  ///
  /// @param inputs of the whole block
  void run(
      int block,
      Map<String, Tensor> inputs,
      Map<String, Tensor> outputs,
      CancellationSignal signal);

  /// Waits until no lane reads what [#close] frees. For when none has anything left to do.
  void settle();

  @Override
  void close();
}
