package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// A part of a network, ready to run. Any number of threads may run it at once.
public sealed interface Subgraph extends AutoCloseable
    permits HostSubgraph, DeviceSubgraph, SharedBlock, HostBlock {
  /// How many subgraphs are open in this process.
  static long open() {
    return SubgraphCounts.open();
  }

  /// How many runs have given their result in this process.
  static long runs() {
    return SubgraphCounts.runs();
  }

  /// Whether a run that takes and gives so many bytes releases its working memory at once.
  static boolean isLarge(long bytes) {
    return LargeRuns.contain(bytes);
  }

  /// Runs the graph, writing straight into the memory of `outputs`, whose shapes must be the
  /// results'.
  ///
  /// On a device, tensors of the host are copied to or from it; if no output is a tensor of the
  /// host, the call may return before the device has finished. Later runs see the results.
  ///
  /// @throws CancelledException if `signal` was given before or during the run
  /// @throws EngineException if the run fails
  /// @throws IllegalArgumentException if the names are not the graph's
  void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal);

  /// Frees the session and its weights; a second call does nothing.
  @Override
  void close();
}
