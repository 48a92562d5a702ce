package io.inkstream.engine.model;

import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.graph.AdaptedLinear;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.DoubleStreamGraphs;
import io.inkstream.engine.graph.ProductKernels;
import io.inkstream.engine.graph.ResidualGraphs;
import io.inkstream.engine.graph.SingleStreamGraphs;
import io.inkstream.engine.runtime.ModelRoom;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.BlockModulations;
import io.inkstream.engine.transformer.CausalPrefix;
import io.inkstream.engine.transformer.DeviceModulations;
import io.inkstream.engine.transformer.DeviceParts;
import io.inkstream.engine.transformer.JointText;
import io.inkstream.engine.transformer.ModulationMaker;
import io.inkstream.engine.transformer.PrefixBlocks;
import io.inkstream.engine.transformer.PrefixRope;
import io.inkstream.engine.transformer.QwenEmbedRope;
import io.inkstream.engine.transformer.SharedModulations;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Makes the transformer of a snapshot on a device, of whichever form its blocks are.
///
/// The weights of the modulations, a third of Qwen-Image's, stay on the host and come to the device
/// when a new schedule needs them; a modulation that all blocks share is made on the host.
///
/// @param room that what is remembered there makes way in
/// @param adapters where they are, if any may act
record DeviceTransformer(
    QwenImageSnapshot snapshot,
    DeviceSessions sessions,
    ModelRoom room,
    Optional<AdapterFiles> adapters) {
  /// @param resident how many blocks keep their weights on the device
  TransformerParts load(int resident) {
    return switch (snapshot.transformerGraphs(element(), adapters.isPresent())) {
      case DoubleStreamGraphs graphs -> load(graphs, resident);
      case SingleStreamGraphs graphs -> load(graphs, resident);
    };
  }

  private TransformerParts load(DoubleStreamGraphs graphs, int resident) {
    var rope = new QwenEmbedRope(config().axesDimsRope(), QwenEmbedRope.THETA);
    return new TransformerParts(
        remembered(modulations(graphs)),
        sessions.load(graphs.imageIn()),
        new JointText(sessions.load(graphs.textIn()), rope, config().innerDim(), memory()),
        sessions.blocks(block(graphs), config().numLayers(), resident),
        sessions.load(graphs.imageOut()),
        adapters.map(files -> tensors(files, places(graphs))).orElse(AdapterSource.NONE),
        Optional.of(deviceParts()));
  }

  private TransformerParts load(SingleStreamGraphs graphs, int resident) {
    int width = config().innerDim();
    int count = config().numLayers();
    var time = sessions.load(graphs.modulations(), sessions.settings().hosted());
    var forms = sessions.forms(forms(graphs), count, resident);
    var rope = new PrefixRope(config().axesDimsRope());
    var textIn = sessions.load(graphs.textIn());
    var imageIn = sessions.load(graphs.imageIn());
    var prefix = new CausalPrefix(textIn, imageIn, prefix(forms), rope, width, memory());
    room.add(prefix.remembered());
    return new TransformerParts(
        remembered(new SharedModulations(time, count, width, memory())),
        imageIn,
        prefix,
        forms.getLast(),
        sessions.load(graphs.imageOut()),
        adapters.map(files -> tensors(files, places(graphs))).orElse(AdapterSource.NONE),
        Optional.of(deviceParts()));
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
    text.add(block(graphs));
    return text;
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
    return sessions.element();
  }

  private DeviceMemory memory() {
    return sessions.runtime().memory(element());
  }

  private DeviceModulations remembered(ModulationMaker maker) {
    var modulations = new DeviceModulations(maker);
    room.add(modulations);
    return modulations;
  }

  private BlockModulations modulations(DoubleStreamGraphs graphs) {
    return new BlockModulations(
        sessions.load(graphs.timeEmbedding(), sessions.settings().hosted()),
        // Once a schedule: not worth a third of the model in locked memory.
        sessions.passingBlocks(graphs::boundModulation, config().numLayers()),
        memory(),
        config().innerDim());
  }

  private IntFunction<BoundBlock> block(DoubleStreamGraphs graphs) {
    if (config().zeroCondT() || !fused(graphs.fitsFusedKernels())) {
      return graphs::boundBlock;
    }
    var products = products(graphs.fitsFloat8Kernels());
    return block -> graphs.fusedBlock(block, products);
  }

  private IntFunction<BoundBlock> block(SingleStreamGraphs graphs) {
    if (!fused(graphs.fitsFusedKernels())) {
      return graphs::boundBlock;
    }
    var products = products(graphs.fitsFloat8Kernels());
    return block -> graphs.fusedBlock(block, products);
  }

  private ProductKernels products(boolean fitFloat8) {
    var runtime = sessions.runtime();
    if (fitFloat8 && runtime.multipliesFloat8(element())) {
      return ProductKernels.OWN_FLOAT8;
    }
    return runtime.multiplies() ? ProductKernels.OWN : ProductKernels.LIBRARY;
  }

  /// @param fit whether a card's kernels take the model
  private boolean fused(boolean fit) {
    return sessions.runtime().runsFusedOperators(element()) && (fit || element() != DType.BF16);
  }

  private AdapterSource tensors(AdapterFiles files, AdapterPlaces places) {
    return new AdapterTensors(files, places, new OnDeviceHome(memory(), element()));
  }

  private record OnDeviceHome(DeviceMemory memory, DType element) implements AdapterTensors.Home {
    @Override
    public Tensor of(float[] values, long... dims) {
      return memory.take(Tensor.of(values, dims));
    }
  }

  private AdapterPlaces places(DoubleStreamGraphs graphs) {
    return new AdapterPlaces(
        graphs.timeEmbedding().linears(),
        linears(graphs::boundModulation),
        graphs.imageIn().linears(),
        graphs.textIn().linears(),
        linears(block(graphs)),
        graphs.imageOut().linears());
  }

  private AdapterPlaces places(SingleStreamGraphs graphs) {
    return new AdapterPlaces(
        graphs.modulations().linears(),
        List.of(),
        graphs.imageIn().linears(),
        graphs.textIn().linears(),
        linears(block(graphs)),
        graphs.imageOut().linears());
  }

  private List<List<AdaptedLinear>> linears(IntFunction<BoundBlock> graphs) {
    return IntStream.range(0, config().numLayers())
        .mapToObj(block -> graphs.apply(block).model().linears())
        .toList();
  }

  private DeviceParts deviceParts() {
    var graphs = new ResidualGraphs(config().innerDim(), element());
    List<Subgraph> taylor = new ArrayList<>();
    for (int order = 1; order <= ResidualGraphs.MAX_ORDER; order++) {
      taylor.add(sessions.load(graphs.taylor(order)));
    }
    return new DeviceParts(
        memory(),
        sessions.load(graphs.difference()),
        sessions.load(graphs.add()),
        sessions.load(graphs.sumAbs()),
        sessions.load(graphs.sumAbsChange()),
        sessions.load(graphs.derive()),
        taylor);
  }
}
