package io.inkstream.engine.model;

import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.graph.AdaptedLinear;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.graph.TransformerGraphs;
import io.inkstream.engine.pipeline.MemoryBudget;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.runtime.WeightSlots;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.TensorSpace;
import io.inkstream.engine.textencoder.SeparateTextLayers;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.BlockModulations;
import io.inkstream.engine.transformer.HostModulations;
import io.inkstream.engine.transformer.ModulationMaker;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.weights.WeightReader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Makes the subgraphs of a snapshot on the processor, side by side: all of them, or none.
final class HostLoader {
  private final QwenImageSnapshot snapshot;
  private final OnnxRuntime runtime;
  private final HostPlan plan;
  private final ExecutorService pool;
  private final List<CompletableFuture<List<Subgraph>>> begun = new ArrayList<>();
  private final SessionGraphs graphs = new SessionGraphs(new WeightReader());
  private final WeightSlots slots;
  private final AtomicLong widest = new AtomicLong(); // block of those that are widened for a run

  private HostLoader(
      QwenImageSnapshot snapshot, OnnxRuntime runtime, HostPlan plan, ExecutorService pool) {
    this.snapshot = snapshot;
    this.runtime = runtime;
    this.plan = plan;
    this.pool = pool;
    this.slots = new WeightSlots(runtime.threads());
  }

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
    var plan = HostPlan.of(snapshot, precision, asked);
    planned.accept(plan.placement());
    plan.requireFits(SystemMemory.available());
    try (var pool = Executors.newFixedThreadPool(runtime.threads())) {
      return new HostLoader(snapshot, runtime, plan, pool).load(adapters);
    }
  }

  /// The text encoder's layers alone.
  static TextLayers textLayers(
      QwenImageSnapshot snapshot, OnnxRuntime runtime, Precision precision) {
    var plan = HostPlan.of(snapshot, precision, Residency.AUTO);
    try (var pool = Executors.newFixedThreadPool(runtime.threads())) {
      var loader = new HostLoader(snapshot, runtime, plan, pool);
      var text = loader.textLayers();
      loader.finish();
      return text.get();
    }
  }

  private Networks load(Optional<AdapterFiles> adapters) {
    TransformerGraphs graphs = snapshot.transformerGraphs(DType.F32, adapters.isPresent());
    var text = textLayers();
    var convolutions = session(HostPlan.VAE).convolutions();
    var decoder = begin(snapshot.decoderGraph(), convolutions);
    var encoder = snapshot.encoderGraph().map(graph -> begin(graph, convolutions));
    var vision = vision().map(graph -> begin(graph, session(HostPlan.IMAGE_ENCODER)));
    var modulations = modulations(graphs);
    var imageIn = begin(graphs.imageIn(), session(HostPlan.ENDS));
    var textIn = begin(graphs.textIn(), session(HostPlan.ENDS));
    var blocks = blocks(graphs);
    var imageOut = begin(graphs.imageOut(), session(HostPlan.ENDS));

    finish();
    return new Networks(
        text.get(),
        decoder.join(),
        encoder.map(CompletableFuture::join),
        vision.map(CompletableFuture::join),
        new TransformerParts(
            modulations.get(),
            imageIn.join(),
            textIn.join(),
            blocks.get(),
            imageOut.join(),
            adapters
                .<AdapterSource>map(files -> adapters(graphs, files))
                .orElse(AdapterSource.NONE),
            Optional.empty()),
        new MemoryBudget(new DrawingMemory(snapshot).onProcessor(widest.get()), Optional.empty()));
  }

  private SessionSettings session(String part) {
    return SessionSettings.of(plan.used(part));
  }

  private Optional<OnnxModel> vision() {
    return snapshot.pipelineClass().edits()
        ? Optional.of(snapshot.visionGraph(DType.F32))
        : Optional.empty();
  }

  private Supplier<TextLayers> textLayers() {
    var session = session(HostPlan.TEXT_ENCODER);
    if (!HostPlan.isWidened(snapshot.textEncoder())) {
      var all = begin(snapshot.textEncoderGraph(), session);
      return () -> TextLayers.of(all.join());
    }
    var graphs = snapshot.textEncoderGraphs(DType.F32);
    var first = begin(graphs.begin(), session);
    var layers = each(graphs::boundLayer, snapshot.textEncoderConfig().numHiddenLayers(), session);
    var last = begin(graphs.end(), session);
    return () -> new SeparateTextLayers(first.join(), layers.join(), last.join(), TensorSpace.HOST);
  }

  private Supplier<ModulationMaker> modulations(TransformerGraphs graphs) {
    int blocks = snapshot.transformerConfig().numLayers();
    int width = snapshot.transformerConfig().innerDim();
    var session = session(HostPlan.MODULATIONS);
    if (!HostPlan.isWidened(snapshot.transformer())) {
      var all = begin(graphs.modulations(), session);
      return () -> new HostModulations(all.join(), blocks, width);
    }
    var time = begin(graphs.timeEmbedding(), session);
    var each = each(graphs::boundModulation, blocks, session);
    return () -> new BlockModulations(time.join(), each.join(), TensorSpace.HOST, width);
  }

  private Supplier<List<Subgraph>> blocks(TransformerGraphs graphs) {
    int count = plan.blocks();
    if (HostPlan.isWidened(snapshot.transformer())) {
      return each(graphs::boundBlock, count, session(HostPlan.ENDS))::join;
    }
    BitSet residents = Subgraph.residents(count, plan.residentBlocks());
    var blocks =
        IntStream.range(0, count)
            .mapToObj(block -> begin(graphs.block(block), block(residents.get(block))))
            .toList();
    return () -> blocks.stream().map(CompletableFuture::join).toList();
  }

  private static SessionSettings block(boolean resident) {
    return SessionSettings.of(resident ? Precision.FAST : Precision.LOW_MEMORY);
  }

  private AdapterSource adapters(TransformerGraphs graphs, AdapterFiles files) {
    boolean widened = HostPlan.isWidened(snapshot.transformer());
    var places =
        new AdapterPlaces(
            widened ? graphs.timeEmbedding().linears() : graphs.modulations().linears(),
            widened ? linears(block -> graphs.boundModulation(block).model()) : List.of(),
            graphs.imageIn().linears(),
            graphs.textIn().linears(),
            linears(widened ? block -> graphs.boundBlock(block).model() : graphs::block),
            graphs.imageOut().linears());
    return new AdapterTensors(files, places, AdapterTensors.Home.HOST);
  }

  private List<List<AdaptedLinear>> linears(IntFunction<OnnxModel> graphs) {
    return IntStream.range(0, snapshot.transformerConfig().numLayers())
        .mapToObj(block -> graphs.apply(block).linears())
        .toList();
  }

  private CompletableFuture<Subgraph> begin(OnnxModel model, SessionSettings settings) {
    return begin(() -> List.of(runtime.load(graphs.of(model), settings))).thenApply(List::getFirst);
  }

  private CompletableFuture<List<Subgraph>> each(
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
  private void finish() {
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
