package io.inkstream.engine.model;

import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.graph.AdaptedLinear;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.network.AttentionGraph;
import io.inkstream.engine.network.BlockPart;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.network.ProductKernels;
import io.inkstream.engine.network.ResidualGraphs;
import io.inkstream.engine.network.SingleStreamGraphs;
import io.inkstream.engine.network.TransformerGraphs;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.BlockModulations;
import io.inkstream.engine.transformer.Blocks;
import io.inkstream.engine.transformer.CausalPrefix;
import io.inkstream.engine.transformer.DeviceModulations;
import io.inkstream.engine.transformer.DeviceParts;
import io.inkstream.engine.transformer.JointText;
import io.inkstream.engine.transformer.ModulationMaker;
import io.inkstream.engine.transformer.PrefixBlocks;
import io.inkstream.engine.transformer.PrefixRope;
import io.inkstream.engine.transformer.QwenEmbedRope;
import io.inkstream.engine.transformer.SharedModulations;
import io.inkstream.engine.transformer.Stages;
import io.inkstream.engine.transformer.Stages.Stage;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Makes the transformer of a snapshot on a device, or on several that have some of its blocks
/// each, of whichever form its blocks are.
///
/// The weights of the modulations, a third of Qwen-Image's, stay on the host and come to the device
/// when a new schedule needs them; a modulation that all blocks share is made on the host.
///
/// @param cards that have blocks, in their order
/// @param slices lanes that share a branch's rows: of more than one, blocks are cut
/// @param adapters where they are, if any may act
record DeviceTransformer(
    QwenImageSnapshot snapshot, List<Card> cards, int slices, Optional<AdapterFiles> adapters) {
  TransformerParts load() {
    return switch (snapshot.transformerGraphs(element(), adapters.isPresent())) {
      case DoubleStreamGraphs graphs -> load(graphs);
      case SingleStreamGraphs graphs -> load(graphs);
    };
  }

  private TransformerParts load(DoubleStreamGraphs graphs) {
    var rope = new QwenEmbedRope(config().axesDimsRope(), QwenEmbedRope.THETA);
    return new TransformerParts(
        remembered(modulations(graphs)),
        first().load(graphs.imageIn()),
        new JointText(first().load(graphs.textIn()), rope, config().innerDim(), stages()),
        blocks(parts(graphs), forms(parts(graphs))),
        last().load(graphs.imageOut()),
        adapters.map(files -> tensors(files, places(graphs))).orElse(AdapterSource.NONE),
        stages(),
        Optional.of(deviceParts()));
  }

  private TransformerParts load(SingleStreamGraphs graphs) {
    int width = config().innerDim();
    var time = first().load(graphs.modulations(), first().settings().hosted());
    var forms = forms(forms(graphs));
    var rope = new PrefixRope(config().axesDimsRope());
    var textIn = first().load(graphs.textIn());
    var imageIn = first().load(graphs.imageIn());
    var prefix = new CausalPrefix(textIn, imageIn, prefix(forms), rope, width, stages());
    cards.forEach(card -> card.room().add(prefix.remembered()));
    return new TransformerParts(
        remembered(new SharedModulations(time, width, stages())),
        imageIn,
        prefix,
        blocks(parts(graphs), forms.subList(forms.size() - parts(graphs).size(), forms.size())),
        last().load(graphs.imageOut()),
        adapters.map(files -> tensors(files, places(graphs))).orElse(AdapterSource.NONE),
        stages(),
        Optional.of(deviceParts()));
  }

  /// Several graphs over the weights of the same blocks, on each stage its own.
  ///
  /// @return of each graph a subgraph for each block
  private List<List<Subgraph>> forms(List<IntFunction<BoundBlock>> bound) {
    List<List<Subgraph>> made = bound.stream().<List<Subgraph>>map(_ -> new ArrayList<>()).toList();
    int from = 0;
    for (Card card : cards) {
      int first = from;
      var own = bound.stream().map(form -> shifted(form, first)).toList();
      var forms = card.sessions().forms(own, card.plan().blocks(), card.plan().residentBlocks());
      IntStream.range(0, made.size()).forEach(form -> made.get(form).addAll(forms.get(form)));
      from += card.plan().blocks();
    }
    return made;
  }

  private static IntFunction<BoundBlock> shifted(IntFunction<BoundBlock> form, int first) {
    return block -> form.apply(first + block);
  }

  /// What the same weights run: the text, pictures among it and the text behind them if the model
  /// sees any, and the drawn picture.
  private List<IntFunction<BoundBlock>> forms(SingleStreamGraphs graphs) {
    List<IntFunction<BoundBlock>> text = new ArrayList<>();
    if (fused(graphs.fitsFusedKernels())) {
      text.add(graphs::stackedPrefixBlock);
      if (snapshot.seesPictures()) {
        text.addAll(List.of(graphs::stackedGivenBlock, graphs::stackedRestBlock));
      }
    } else {
      text.add(graphs::boundPrefixBlock);
      if (snapshot.seesPictures()) {
        text.addAll(List.of(graphs::boundGivenBlock, graphs::boundRestBlock));
      }
    }
    text.addAll(parts(graphs));
    return text;
  }

  /// The blocks of a lane, which has all rows or only some.
  ///
  /// @param graphs of the parts of a block
  /// @param made of each part a subgraph for each block
  private Blocks blocks(List<IntFunction<BoundBlock>> graphs, List<List<Subgraph>> made) {
    if (slices == 1) {
      return new Blocks.Whole(made.getFirst());
    }
    var attention =
        new AttentionGraph(
            config().numAttentionHeads() / slices, config().attentionHeadDim(), element());
    return new Blocks.Cut(
        part(graphs.getFirst(), made.getFirst()),
        first().load(attention.build()),
        part(graphs.getLast(), made.getLast()));
  }

  private static Blocks.Part part(IntFunction<BoundBlock> graph, List<Subgraph> made) {
    return new Blocks.Part(made, graph.apply(0).model().inputs());
  }

  private List<BlockPart> parts() {
    return slices == 1
        ? List.of(BlockPart.WHOLE)
        : List.of(BlockPart.ATTENTION_IN, BlockPart.ATTENTION_OUT);
  }

  private List<IntFunction<BoundBlock>> parts(TransformerGraphs graphs) {
    return parts().stream().map(part -> block(graphs, part)).toList();
  }

  private static PrefixBlocks prefix(List<List<Subgraph>> forms) {
    return forms.size() > 2
        ? new PrefixBlocks(forms.get(0), forms.get(1), forms.get(2))
        : new PrefixBlocks(forms.getFirst(), List.of(), List.of());
  }

  private TransformerConfig config() {
    return snapshot.transformerConfig();
  }

  private DType element() {
    return first().element();
  }

  private DeviceSessions first() {
    return cards.getFirst().sessions();
  }

  private DeviceSessions last() {
    return cards.getLast().sessions();
  }

  private Stages stages() {
    return new Stages(
        cards.stream().map(card -> new Stage(memory(card), card.plan().blocks())).toList());
  }

  private DeviceMemory memory(Card card) {
    return card.sessions().runtime().memory(element());
  }

  private DeviceModulations remembered(ModulationMaker maker) {
    var modulations = new DeviceModulations(maker);
    cards.forEach(card -> card.room().add(modulations));
    return modulations;
  }

  private BlockModulations modulations(DoubleStreamGraphs graphs) {
    return new BlockModulations(
        first().load(graphs.timeEmbedding(), first().settings().hosted()),
        passing(graphs::boundModulation),
        stages(),
        config().innerDim());
  }

  /// Once a schedule: not worth a third of the model in locked memory.
  private List<Subgraph> passing(IntFunction<BoundBlock> bound) {
    List<Subgraph> made = new ArrayList<>();
    for (Card card : cards) {
      var own = shifted(bound, made.size());
      made.addAll(card.sessions().passingBlocks(own, card.plan().blocks()));
    }
    return made;
  }

  private IntFunction<BoundBlock> block(TransformerGraphs graphs, BlockPart part) {
    if (config().zeroCondT() || !fused(graphs.fitsFusedKernels())) {
      return block -> graphs.boundBlock(block, part);
    }
    var products = products(graphs.fitsFloat8Kernels());
    return block -> graphs.fusedBlock(block, products, part);
  }

  private ProductKernels products(boolean fitFloat8) {
    var runtime = first().runtime();
    if (fitFloat8 && runtime.multipliesFloat8(element())) {
      return ProductKernels.OWN_FLOAT8;
    }
    return runtime.multiplies() ? ProductKernels.OWN : ProductKernels.LIBRARY;
  }

  /// @param fit whether a card's kernels take the model
  private boolean fused(boolean fit) {
    return first().runtime().runsFusedOperators(element()) && (fit || element() != DType.BF16);
  }

  private AdapterSource tensors(AdapterFiles files, AdapterPlaces places) {
    return new AdapterTensors(files, places, new OnDeviceHome(stages(), element()));
  }

  private record OnDeviceHome(Stages stages, DType element) implements AdapterTensors.Home {
    @Override
    public Tensor of(int block, float[] values, long... dims) {
      return stages.spaceOf(block).take(Tensor.of(values, dims));
    }
  }

  private AdapterPlaces places(DoubleStreamGraphs graphs) {
    return new AdapterPlaces(
        graphs.timeEmbedding().linears(),
        linears(graphs::boundModulation),
        graphs.imageIn().linears(),
        graphs.textIn().linears(),
        linears(parts(graphs)),
        graphs.imageOut().linears());
  }

  private AdapterPlaces places(SingleStreamGraphs graphs) {
    return new AdapterPlaces(
        graphs.modulations().linears(),
        List.of(),
        graphs.imageIn().linears(),
        graphs.textIn().linears(),
        linears(parts(graphs)),
        graphs.imageOut().linears());
  }

  private List<List<AdaptedLinear>> linears(IntFunction<BoundBlock> graphs) {
    return linears(List.of(graphs));
  }

  /// @param parts graphs of which each has some
  private List<List<AdaptedLinear>> linears(List<IntFunction<BoundBlock>> parts) {
    return IntStream.range(0, config().numLayers())
        .mapToObj(block ->
            parts.stream().flatMap(part -> part.apply(block).model().linears().stream()).toList())
        .toList();
  }

  private DeviceParts deviceParts() {
    var graphs = new ResidualGraphs(config().innerDim(), element());
    List<Subgraph> taylor = new ArrayList<>();
    for (int order = 1; order <= ResidualGraphs.MAX_ORDER; order++) {
      taylor.add(first().load(graphs.taylor(order)));
    }
    return new DeviceParts(
        cards.stream().map(this::memory).toList(),
        first().load(graphs.difference()),
        first().load(graphs.add()),
        first().load(graphs.sumAbs()),
        first().load(graphs.sumAbsChange()),
        first().load(graphs.derive()),
        taylor);
  }
}
