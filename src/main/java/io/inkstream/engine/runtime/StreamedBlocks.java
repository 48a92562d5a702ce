package io.inkstream.engine.runtime;

import io.inkstream.engine.runtime.WeightSlots.Slot;
import io.inkstream.engine.runtime.WeightSource.Made;
import io.inkstream.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/// Blocks of one form on the processor that share a session, and whose weights are widened from
/// their files before each run: what is in memory is one block at a time.
final class StreamedBlocks {
  private static final long CACHE_LINE = 64;

  private final HostSubgraph graph;
  private final List<Map<String, WeightSource>> weights;
  private final WeightSlots slots;
  private final long slotBytes;
  private int open;

  StreamedBlocks(HostSubgraph graph, List<Map<String, WeightSource>> weights, WeightSlots slots) {
    this.graph = graph;
    this.weights = weights;
    this.slots = slots;
    this.slotBytes = bytes(weights.getFirst());
    this.open = weights.size();
  }

  /// Bytes of a block's weights while it runs.
  static long bytes(Map<String, WeightSource> block) {
    return block.values().stream().mapToLong(weight -> aligned(weight.bytes())).sum();
  }

  private static long aligned(long bytes) {
    return (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  }

  List<Subgraph> subgraphs() {
    return IntStream.range(0, weights.size())
        .<Subgraph>mapToObj(block -> new StreamedBlock(this, block))
        .toList();
  }

  void run(
      int block,
      Map<String, Tensor> given,
      Map<String, Tensor> outputs,
      CancellationSignal signal) {
    signal.throwIfCancelled();
    Slot slot = slots.take(slotBytes);
    boolean again = false;
    try {
      Map<String, Tensor> inputs = new HashMap<>(given);
      inputs.putAll(widened(weights.get(block), slot.memory()));
      graph.run(inputs, outputs, signal);
      again = block < weights.size() - 1;
    } finally {
      slots.give(slot, again);
    }
  }

  private Map<String, Tensor> widened(Map<String, WeightSource> block, MemorySegment memory) {
    Map<String, Tensor> tensors = new HashMap<>();
    List<CompletableFuture<Void>> making = new ArrayList<>();
    long at = 0;
    for (var weight : block.entrySet()) {
      WeightSource source = weight.getValue();
      MemorySegment all = memory.asSlice(at, source.bytes());
      tensors.put(weight.getKey(), Tensor.over(all, source.shape()));
      if (!(source.content() instanceof Made made)) {
        throw new IllegalArgumentException(weight.getKey() + " is not widened");
      }
      for (int piece = 0; piece < made.pieces(); piece++) {
        int one = piece;
        making.add(CompletableFuture.runAsync(() -> made.make(one, all), slots.threads()));
      }
      at += aligned(source.bytes());
    }
    await(making);
    return tensors;
  }

  /// All of them, even if one fails: they write to memory that then goes.
  private static void await(List<CompletableFuture<Void>> making) {
    RuntimeException failure = null;
    for (var one : making) {
      try {
        one.join();
      } catch (CompletionException e) {
        failure = e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /// The last that is closed frees the session.
  synchronized void close() {
    open--;
    if (open == 0) {
      slots.clear();
      graph.close();
    }
  }
}
