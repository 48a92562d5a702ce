package io.inkstream.engine.model;

import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.estimate.MemoryBudget;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.TensorSpace;
import io.inkstream.engine.textencoder.JoinedTextLayers;
import io.inkstream.engine.textencoder.SeparateTextLayers;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.textencoder.TextStage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Makes the subgraphs of a snapshot on the processor, side by side: all of them, or none.
///
/// @param sessions that are made
record HostLoader(QwenImageSnapshot snapshot, HostSessions sessions) {
  /// @param asked what is widened into memory, and what is left in its files
  /// @param planned is told the plan before anything is loaded
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph, or the
  ///   memory is too small
  static Networks load(
      QwenImageSnapshot snapshot,
      OnnxRuntime runtime,
      Precision precision,
      Residency asked,
      Optional<AdapterFiles> adapters,
      Consumer<Placement> planned) {
    var plan = HostPlan.of(snapshot, precision, asked, runtime.threads());
    planned.accept(plan.placement(runtime.device()));
    plan.requireFits(SystemMemory.available());
    try (var pool = Executors.newFixedThreadPool(runtime.threads())) {
      return new HostLoader(snapshot, new HostSessions(runtime, plan, pool)).load(adapters);
    }
  }

  /// The text encoder's layers alone.
  static TextLayers textLayers(
      QwenImageSnapshot snapshot, OnnxRuntime runtime, Precision precision) {
    var plan = HostPlan.of(snapshot, precision, Residency.AUTO, runtime.threads());
    try (var pool = Executors.newFixedThreadPool(runtime.threads())) {
      var loader = new HostLoader(snapshot, new HostSessions(runtime, plan, pool));
      var text = loader.textLayers();
      loader.sessions.finish();
      return text.get();
    }
  }

  private Networks load(Optional<AdapterFiles> adapters) {
    var text = textLayers();
    var convolutions = sessions.plan().convolutions();
    var decoder = sessions.begin(snapshot.decoderGraph(convolutions), vae());
    var encoder = snapshot.encoderGraph(convolutions).map(graph -> sessions.begin(graph, vae()));
    var vision = vision().map(graph -> sessions.begin(graph, sessions.of(HostPlan.IMAGE_ENCODER)));
    var transformer = new HostTransformer(snapshot, sessions, adapters).begin();

    sessions.finish();
    return new Networks(
        text.get(),
        decoder.join(),
        encoder.map(CompletableFuture::join),
        vision.map(CompletableFuture::join),
        List.of(transformer.get()),
        new MemoryBudget(new DrawingMemory(snapshot).onProcessor(sessions.widest()), List.of()));
  }

  private SessionSettings vae() {
    var session = sessions.of(HostPlan.VAE);
    return switch (sessions.plan().convolutions()) {
      case PLAIN, IN_PARTS -> session.convolutions();
      case TILED -> session;
    };
  }

  private Optional<OnnxModel> vision() {
    return snapshot.seesPictures()
        ? Optional.of(snapshot.visionGraph(DType.F32))
        : Optional.empty();
  }

  private Supplier<TextLayers> textLayers() {
    var session = sessions.of(HostPlan.TEXT_ENCODER);
    if (!HostPlan.isWidened(snapshot.textEncoder())) {
      var all = sessions.begin(snapshot.textEncoderGraph(), session);
      return () -> new JoinedTextLayers(all.join(), snapshot.deepLayers());
    }
    var graphs = snapshot.textEncoderGraphs(DType.F32);
    var first = sessions.begin(graphs.begin(), session);
    int count = snapshot.textEncoderConfig().numHiddenLayers();
    var layers = sessions.each(graphs::boundLayer, count, session);
    var deep =
        snapshot.deepLayers() == 0
            ? Optional.<CompletableFuture<Subgraph>>empty()
            : Optional.of(sessions.begin(graphs.deep(), session));
    var last = sessions.begin(graphs.end(), session);
    return () ->
        new SeparateTextLayers(
            first.join(),
            List.of(
                new TextStage(
                    layers.join(),
                    deep.map(CompletableFuture::join),
                    TensorSpace.HOST,
                    TensorSpace.HOST)),
            last.join());
  }
}
