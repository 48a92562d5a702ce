package io.inkstream.engine.model;

import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.runtime.WeightSlots;
import io.inkstream.engine.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Subgraphs that are made side by side on the processor: all of them, or none.
final class HostSessions {
  private final OnnxRuntime runtime;
  private final HostPlan plan;
  private final ExecutorService pool;
  private final List<CompletableFuture<List<Subgraph>>> begun = new ArrayList<>();
  private final SessionGraphs graphs;
  private final WeightSlots slots;
  private final AtomicLong widest = new AtomicLong(); // block of those that are widened for a run

  HostSessions(OnnxRuntime runtime, HostPlan plan, ExecutorService pool) {
    this.runtime = runtime;
    this.graphs = SessionGraphs.of(runtime);
    this.plan = plan;
    this.pool = pool;
    this.slots = new WeightSlots(runtime.threads());
  }

  HostPlan plan() {
    return plan;
  }

  /// Settings of a part of the plan.
  SessionSettings of(String part) {
    return SessionSettings.of(plan.used(part));
  }

  /// Bytes of the widest block of those that are widened whenever they run.
  long widest() {
    return widest.get();
  }

  CompletableFuture<Subgraph> begin(OnnxModel model, SessionSettings settings) {
    return begin(() -> List.of(runtime.load(graphs.of(model), settings))).thenApply(List::getFirst);
  }

  /// Blocks or layers whose weights are inputs.
  CompletableFuture<List<Subgraph>> each(
      IntFunction<BoundBlock> bound, int count, SessionSettings session) {
    boolean stays = session.precision().equals(Precision.FAST);
    return begin(() -> {
      var blocks = graphs.widened(bound, count);
      if (!stays) {
        widest.accumulateAndGet(blocks.blockBytes(), Math::max);
      }
      return runtime.loadHostBlocks(blocks, session, slots, stays);
    });
  }

  private CompletableFuture<List<Subgraph>> begin(Supplier<List<Subgraph>> load) {
    var loading = CompletableFuture.supplyAsync(load, pool);
    begun.add(loading);
    return loading;
  }

  /// Waits for all; if one fails, closes the others.
  void finish() {
    List<Subgraph> loaded = new ArrayList<>();
    RuntimeException failure = null;
    for (var loading : begun) {
      try {
        loaded.addAll(loading.join());
      } catch (CompletionException e) {
        failure = e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    if (failure != null) {
      loaded.forEach(Subgraph::close);
      throw failure;
    }
  }
}
