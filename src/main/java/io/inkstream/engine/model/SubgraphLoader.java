package io.inkstream.engine.model;

import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// Makes the sessions of many graphs side by side; all of them, or none.
record SubgraphLoader(OnnxRuntime runtime) {
  List<Subgraph> load(List<OnnxModel> models, Function<OnnxModel, SessionSettings> settings) {
    try (var pool = Executors.newFixedThreadPool(runtime.threads())) {
      var loading =
          models.stream()
              .map(m -> CompletableFuture.supplyAsync(() -> load(m, settings.apply(m)), pool))
              .toList();
      return collect(loading);
    }
  }

  private Subgraph load(OnnxModel model, SessionSettings settings) {
    return runtime.load(model.name(), model.bytes(), model.weightsFolder(), settings);
  }

  private static List<Subgraph> collect(List<CompletableFuture<Subgraph>> loading) {
    List<Subgraph> loaded = new ArrayList<>();
    RuntimeException failure = null;
    for (var future : loading) {
      try {
        loaded.add(future.join());
      } catch (CompletionException e) {
        failure = e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    if (failure != null) {
      loaded.forEach(Subgraph::close);
      throw failure;
    }
    return loaded;
  }
}
