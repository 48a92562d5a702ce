package io.inkstream.engine.model;

import io.inkstream.engine.graph.AdaptedLinear;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.network.SingleStreamGraphs;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.TensorSpace;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.BlockModulations;
import io.inkstream.engine.transformer.Blocks;
import io.inkstream.engine.transformer.CausalPrefix;
import io.inkstream.engine.transformer.HostModulations;
import io.inkstream.engine.transformer.JointText;
import io.inkstream.engine.transformer.ModulationMaker;
import io.inkstream.engine.transformer.PrefixBlocks;
import io.inkstream.engine.transformer.PrefixRope;
import io.inkstream.engine.transformer.QwenEmbedRope;
import io.inkstream.engine.transformer.SharedModulations;
import io.inkstream.engine.transformer.Stages;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Makes the transformer of a snapshot on the processor, of whichever form its blocks are.
///
/// @param adapters where they are, if any may act
record HostTransformer(
    QwenImageSnapshot snapshot, HostSessions sessions, Optional<AdapterFiles> adapters) {
  /// Begins; what it gives is there when all sessions are.
  Supplier<TransformerParts> begin() {
    return switch (snapshot.transformerGraphs(DType.F32, adapters.isPresent())) {
      case DoubleStreamGraphs graphs -> begin(graphs);
      case SingleStreamGraphs graphs -> begin(graphs);
    };
  }

  private Supplier<TransformerParts> begin(DoubleStreamGraphs graphs) {
    var modulations = modulations(graphs);
    var imageIn = sessions.begin(graphs.imageIn(), ends());
    var textIn = sessions.begin(graphs.textIn(), ends());
    var blocks = blocks(graphs::block, graphs::boundBlock);
    var imageOut = sessions.begin(graphs.imageOut(), ends());
    var rope = new QwenEmbedRope(config().axesDimsRope(), QwenEmbedRope.THETA);
    return () ->
        new TransformerParts(
            modulations.get(),
            imageIn.join(),
            new JointText(textIn.join(), rope, config().innerDim(), stages()),
            new Blocks.Whole(blocks.get()),
            imageOut.join(),
            adapters.map(files -> tensors(files, places(graphs))).orElse(AdapterSource.NONE),
            stages(),
            Optional.empty());
  }

  private Supplier<TransformerParts> begin(SingleStreamGraphs graphs) {
    int width = config().innerDim();
    var modulations = sessions.begin(graphs.modulations(), sessions.of(HostPlan.MODULATIONS));
    var textIn = sessions.begin(graphs.textIn(), ends());
    // Run once a prompt: their weights, which are the blocks', are not widened for good again.
    var passing = SessionSettings.of(Precision.LOW_MEMORY);
    var text = blocks(graphs::prefixBlock, graphs::boundPrefixBlock, _ -> passing, passing);
    var given = pictures(graphs::givenBlock, graphs::boundGivenBlock, passing);
    var rest = pictures(graphs::restBlock, graphs::boundRestBlock, passing);
    var imageIn = sessions.begin(graphs.imageIn(), ends());
    var blocks = blocks(graphs::block, graphs::boundBlock);
    var imageOut = sessions.begin(graphs.imageOut(), ends());
    var rope = new PrefixRope(config().axesDimsRope());
    return () ->
        new TransformerParts(
            new SharedModulations(modulations.join(), width, stages()),
            imageIn.join(),
            new CausalPrefix(
                textIn.join(),
                imageIn.join(),
                new PrefixBlocks(text.get(), given.get(), rest.get()),
                rope,
                width,
                stages()),
            new Blocks.Whole(blocks.get()),
            imageOut.join(),
            adapters.map(files -> tensors(files, places(graphs))).orElse(AdapterSource.NONE),
            stages(),
            Optional.empty());
  }

  /// Blocks that run over the pictures of a prefix, and behind them.
  private Supplier<List<Subgraph>> pictures(
      IntFunction<OnnxModel> graph, IntFunction<BoundBlock> bound, SessionSettings passing) {
    return snapshot.seesPictures() ? blocks(graph, bound, _ -> passing, passing) : List::of;
  }

  private Stages stages() {
    return Stages.one(TensorSpace.HOST, config().numLayers());
  }

  private TransformerConfig config() {
    return snapshot.transformerConfig();
  }

  private Supplier<ModulationMaker> modulations(DoubleStreamGraphs graphs) {
    int blocks = config().numLayers();
    int width = config().innerDim();
    var session = sessions.of(HostPlan.MODULATIONS);
    if (!isWidened()) {
      var all = sessions.begin(graphs.modulations(), session);
      return () -> new HostModulations(all.join(), blocks, width);
    }
    var time = sessions.begin(graphs.timeEmbedding(), session);
    var each = sessions.each(graphs::boundModulation, blocks, session);
    return () -> new BlockModulations(time.join(), each.join(), stages(), width);
  }

  private Supplier<List<Subgraph>> blocks(
      IntFunction<OnnxModel> graph, IntFunction<BoundBlock> bound) {
    HostPlan plan = sessions.plan();
    BitSet residents = Subgraph.residents(plan.blocks(), plan.residentBlocks());
    return blocks(graph, bound, block -> block(residents.get(block)), ends());
  }

  /// @param each how the weights of each block are used
  /// @param all how those are used that no graph reads as they are stored
  private Supplier<List<Subgraph>> blocks(
      IntFunction<OnnxModel> graph,
      IntFunction<BoundBlock> bound,
      IntFunction<SessionSettings> each,
      SessionSettings all) {
    int count = config().numLayers();
    if (isWidened()) {
      return sessions.each(bound, count, all)::join;
    }
    var blocks =
        IntStream.range(0, count)
            .mapToObj(block -> sessions.begin(graph.apply(block), each.apply(block)))
            .toList();
    return () -> blocks.stream().map(CompletableFuture::join).toList();
  }

  private static SessionSettings block(boolean resident) {
    return SessionSettings.of(resident ? Precision.FAST : Precision.LOW_MEMORY);
  }

  private SessionSettings ends() {
    return sessions.of(HostPlan.ENDS);
  }

  private boolean isWidened() {
    return HostPlan.isWidened(snapshot.transformer());
  }

  private static AdapterSource tensors(AdapterFiles files, AdapterPlaces places) {
    return new AdapterTensors(files, places, AdapterTensors.Home.HOST);
  }

  private AdapterPlaces places(DoubleStreamGraphs graphs) {
    boolean widened = isWidened();
    return new AdapterPlaces(
        widened ? graphs.timeEmbedding().linears() : graphs.modulations().linears(),
        widened ? linears(block -> graphs.boundModulation(block).model()) : List.of(),
        graphs.imageIn().linears(),
        graphs.textIn().linears(),
        linears(widened ? block -> graphs.boundBlock(block).model() : graphs::block),
        graphs.imageOut().linears());
  }

  private AdapterPlaces places(SingleStreamGraphs graphs) {
    return new AdapterPlaces(
        graphs.modulations().linears(),
        List.of(),
        graphs.imageIn().linears(),
        graphs.textIn().linears(),
        linears(isWidened() ? block -> graphs.boundBlock(block).model() : graphs::block),
        graphs.imageOut().linears());
  }

  private List<List<AdaptedLinear>> linears(IntFunction<OnnxModel> graphs) {
    return IntStream.range(0, config().numLayers())
        .mapToObj(block -> graphs.apply(block).linears())
        .toList();
  }
}
