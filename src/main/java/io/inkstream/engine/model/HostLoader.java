package io.inkstream.engine.model;

import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.graph.TransformerGraphs;
import io.inkstream.engine.pipeline.MemoryBudget;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.HostModulations;
import io.inkstream.engine.transformer.TransformerParts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// Makes the subgraphs of a snapshot on the processor, side by side: all of them, or none.
final class HostLoader {
  private final QwenImageSnapshot snapshot;
  private final OnnxRuntime runtime;
  private final SessionSettings session;
  private final ExecutorService pool;
  private final List<CompletableFuture<Subgraph>> begun = new ArrayList<>();

  private HostLoader(
      QwenImageSnapshot snapshot, OnnxRuntime runtime, Precision precision, ExecutorService pool) {
    this.snapshot = snapshot;
    this.runtime = runtime;
    this.session = SessionSettings.of(precision);
    this.pool = pool;
  }

  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph
  static Networks load(
      QwenImageSnapshot snapshot,
      OnnxRuntime runtime,
      Precision precision,
      Optional<AdapterFiles> adapters) {
    try (var pool = Executors.newFixedThreadPool(runtime.threads())) {
      return new HostLoader(snapshot, runtime, precision, pool).load(adapters);
    }
  }

  /// The text encoder's layers alone.
  static TextLayers textLayers(
      QwenImageSnapshot snapshot, OnnxRuntime runtime, Precision precision) {
    OnnxModel model = snapshot.textEncoderGraph();
    return TextLayers.of(
        runtime.load(
            model.name(), model.bytes(), model.weightsFolder(), SessionSettings.of(precision)));
  }

  private Networks load(Optional<AdapterFiles> adapters) {
    TransformerGraphs graphs = snapshot.transformerGraphs(DType.F32, adapters.isPresent());
    var config = snapshot.transformerConfig();
    var text = begin(snapshot.textEncoderGraph(), session);
    // Small, and its kernels' last taps must be cut out once, not at every run.
    var decoder = begin(snapshot.decoderGraph(), SessionSettings.of(Precision.FAST).convolutions());
    var modulations = begin(graphs.modulations(), session);
    var imageIn = begin(graphs.imageIn(), session);
    var textIn = begin(graphs.textIn(), session);
    var blocks =
        IntStream.range(0, config.numLayers())
            .mapToObj(block -> begin(graphs.block(block), session))
            .toList();
    var imageOut = begin(graphs.imageOut(), session);

    finish();
    return new Networks(
        TextLayers.of(text.join()),
        decoder.join(),
        new TransformerParts(
            new HostModulations(modulations.join(), config.numLayers(), config.innerDim()),
            imageIn.join(),
            textIn.join(),
            blocks.stream().map(CompletableFuture::join).toList(),
            imageOut.join(),
            adapters
                .<AdapterSource>map(files -> adapters(graphs, files))
                .orElse(AdapterSource.NONE),
            Optional.empty()),
        new MemoryBudget(new DrawingMemory(snapshot).onProcessor(), Optional.empty()));
  }

  private AdapterSource adapters(TransformerGraphs graphs, AdapterFiles files) {
    var places =
        new AdapterPlaces(
            graphs.modulations().linears(),
            List.of(),
            graphs.imageIn().linears(),
            graphs.textIn().linears(),
            IntStream.range(0, snapshot.transformerConfig().numLayers())
                .mapToObj(block -> graphs.block(block).linears())
                .toList(),
            graphs.imageOut().linears());
    return new AdapterTensors(files, places, AdapterTensors.Home.HOST);
  }

  private CompletableFuture<Subgraph> begin(OnnxModel model, SessionSettings settings) {
    var loading =
        CompletableFuture.supplyAsync(
            () -> runtime.load(model.name(), model.bytes(), model.weightsFolder(), settings), pool);
    begun.add(loading);
    return loading;
  }

  /// Waits for all; if one fails, closes the others.
  private void finish() {
    List<Subgraph> loaded = new ArrayList<>();
    RuntimeException failure = null;
    for (var loading : begun) {
      try {
        loaded.add(loading.join());
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
