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
/// their files: once, and stay in memory, or before each run, so that one block at a time is there.
final class HostBlocks {
  private static final long CACHE_LINE = 64;

  private final HostSubgraph graph;
  private final List<Map<String, WeightSource>> weights;
  private final WeightSlots slots;
  private final long slotBytes;
  private final List<Slot> resident = new ArrayList<>();
  private int open;

  HostBlocks(
      HostSubgraph graph,
      List<Map<String, WeightSource>> weights,
      WeightSlots slots,
      boolean staying) {
    this.graph = graph;
    this.weights = weights;
    this.slots = slots;
    this.slotBytes = bytes(weights.getFirst());
    this.open = weights.size();
    if (staying) {
      makeAll();
    }
  }

  private void makeAll() {
    try {
      for (var block : weights) {
        Slot slot = slots.fresh(slotBytes);
        resident.add(slot);
        make(block, slot.memory());
      }
    } catch (RuntimeException e) {
      resident.forEach(Slot::close);
      graph.close();
      throw e;
    }
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
        .<Subgraph>mapToObj(block -> new HostBlock(this, block))
        .toList();
  }

  void run(
      int block,
      Map<String, Tensor> given,
      Map<String, Tensor> outputs,
      CancellationSignal signal) {
    if (!resident.isEmpty()) {
      run(block, resident.get(block), given, outputs, signal);
      return;
    }
    signal.throwIfCancelled();
    Slot slot = slots.take(slotBytes);
    boolean again = false;
    try {
      make(weights.get(block), slot.memory());
      run(block, slot, given, outputs, signal);
      again = block < weights.size() - 1;
    } finally {
      slots.give(slot, again);
    }
  }

  private void run(
      int block,
      Slot slot,
      Map<String, Tensor> given,
      Map<String, Tensor> outputs,
      CancellationSignal signal) {
    Map<String, Tensor> inputs = new HashMap<>(given);
    forEach(
        weights.get(block),
        slot.memory(),
        (name, weight, memory) -> inputs.put(name, Tensor.over(memory, weight.shape())));
    graph.run(inputs, outputs, signal);
  }

  private void make(Map<String, WeightSource> block, MemorySegment slot) {
    List<CompletableFuture<Void>> making = new ArrayList<>();
    forEach(
        block,
        slot,
        (name, weight, memory) -> {
          Made made = weight.made();
          for (int piece = 0; piece < made.pieces(); piece++) {
            int one = piece;
            making.add(CompletableFuture.runAsync(() -> made.make(one, memory), slots.threads()));
          }
        });
    await(making);
  }

  private interface Placed {
    void at(String name, WeightSource weight, MemorySegment memory);
  }

  private static void forEach(Map<String, WeightSource> block, MemorySegment slot, Placed placed) {
    long at = 0;
    for (var weight : block.entrySet()) {
      long bytes = weight.getValue().bytes();
      placed.at(weight.getKey(), weight.getValue(), slot.asSlice(at, bytes));
      at += aligned(bytes);
    }
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
      resident.forEach(Slot::close);
    }
  }
}
