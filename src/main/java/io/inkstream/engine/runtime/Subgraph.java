package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.Tensor;
import java.util.BitSet;
import java.util.Map;

/// A part of a network, ready to run. Any number of threads may run it at once.
public sealed interface Subgraph extends AutoCloseable
    permits HostSubgraph, DeviceSubgraph, PassingSubgraph, SharedBlock, HostBlock {
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

  /// Which of a network's blocks keep their weights where they run: the others are as far from each
  /// other as can be, so that the way of their weights is spread over the whole forward.
  ///
  /// @param resident how many
  static BitSet residents(int blocks, int resident) {
    int streamed = blocks - resident;
    BitSet residents = new BitSet();
    for (int block = 0; block < blocks; block++) {
      residents.set(block, (block + 1) * streamed / blocks == block * streamed / blocks);
    }
    return residents;
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
