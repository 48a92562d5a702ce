package io.inkstream.engine.model;

import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.graph.AdaptedLinear;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.DoubleStreamGraphs;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.graph.ProductKernels;
import io.inkstream.engine.graph.ResidualGraphs;
import io.inkstream.engine.graph.SingleStreamGraphs;
import io.inkstream.engine.graph.VaeGraphs.Convolutions;
import io.inkstream.engine.pipeline.MemoryBudget;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.ModelRoom;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision.OnDevice;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.SeparateTextLayers;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.BlockModulations;
import io.inkstream.engine.transformer.DeviceModulations;
import io.inkstream.engine.transformer.DeviceParts;
import io.inkstream.engine.transformer.JointText;
import io.inkstream.engine.transformer.QwenEmbedRope;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.weights.WeightReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Makes the subgraphs of a snapshot on a device: all of them, or none.
///
/// The weights of the modulations, a third of the transformer's, stay on the host and come to the
/// device when a new schedule needs them.
final class DeviceLoader {
  private final QwenImageSnapshot snapshot;
  private final DeviceRuntime runtime;
  private final Residency asked;
  private final DType element;
  private final SessionSettings session;
  private final SessionGraphs graphs = new SessionGraphs(new WeightReader());
  private final List<Subgraph> loaded = new ArrayList<>();

  private DeviceLoader(
      QwenImageSnapshot snapshot, DeviceRuntime runtime, OnDevice precision, Residency asked) {
    this.asked = asked;
    this.snapshot = snapshot;
    this.runtime = runtime;
    this.element = precision.element();
    this.session = SessionSettings.of(precision);
  }

  /// @param asked what stays on the device
  /// @param planned is told the plan before anything is loaded
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph, or the
  ///   device is too small
  static Networks load(
      QwenImageSnapshot snapshot,
      DeviceRuntime runtime,
      OnDevice precision,
      Residency asked,
      Optional<AdapterFiles> adapters,
      Consumer<Placement> planned) {
    var needs = DeviceNeeds.of(snapshot, precision.element(), runtime.device().kind());
    long budget = runtime.budget();
    var plan = DevicePlan.of(needs, asked, budget);
    planned.accept(Placement.onDevice(runtime.name(), needs, plan, asked, budget));
    return load(snapshot, runtime, precision, asked, plan, adapters);
  }

  static Networks load(
      QwenImageSnapshot snapshot,
      DeviceRuntime runtime,
      OnDevice precision,
      Residency asked,
      DevicePlan plan,
      Optional<AdapterFiles> adapters) {
    runtime.requireRuns(precision);
    var loader = new DeviceLoader(snapshot, runtime, precision, asked);
    try {
      return loader.load(plan, adapters);
    } catch (RuntimeException e) {
      loader.loaded.forEach(Subgraph::close);
      throw e;
    }
  }

  private Networks load(DevicePlan plan, Optional<AdapterFiles> adapters) {
    var drawing = new DrawingMemory(snapshot);
    var memory = drawing.of(runtime.device(), element);
    long usual = Math.min(plan.room(), memory.of(drawing.usual()).device());
    var room = runtime.room(plan.room(), usual, passing());
    TextLayers textEncoder = textEncoder(plan.textEncoderResident(), room);
    var convolutions = session.convolutions().released();
    Subgraph decoder =
        load(snapshot.decoderGraph(Convolutions.IN_PARTS), convolutions, asked.vaeStays());
    var encoder =
        snapshot
            .encoderGraph(Convolutions.PLAIN)
            .map(graph -> load(graph, convolutions, asked.vaeStays()));
    Optional<Subgraph> vision =
        snapshot.pipelineClass().edits()
            ? Optional.of(load(snapshot.visionGraph(element), session, asked.eyesStay()))
            : Optional.empty();
    var transformer = transformer(plan.residentBlocks(), room, adapters);
    room.loaded();
    return new Networks(
        textEncoder,
        decoder,
        encoder,
        vision,
        transformer,
        new MemoryBudget(memory, Optional.of(room)));
  }

  private long passing() {
    return (asked.vaeStays() ? 0 : DeviceNeeds.vae(snapshot))
        + (asked.eyesStay() ? 0 : DeviceNeeds.vision(snapshot, element));
  }

  private TextLayers textEncoder(boolean resident, ModelRoom room) {
    var graphs = snapshot.textEncoderGraphs(element);
    int layers = snapshot.textEncoderConfig().numHiddenLayers();
    return new SeparateTextLayers(
        load(graphs.begin(), session),
        lodgers(graphs::boundLayer, layers, resident ? layers : 0, room),
        load(graphs.end(), session),
        runtime.memory(element));
  }

  private TransformerParts transformer(
      int residentBlocks, ModelRoom room, Optional<AdapterFiles> adapters) {
    DoubleStreamGraphs graphs = doubleStream(adapters.isPresent());
    var modulations = modulations(graphs);
    room.add(modulations);
    return new TransformerParts(
        modulations,
        load(graphs.imageIn(), session),
        new JointText(
            load(graphs.textIn(), session),
            new QwenEmbedRope(snapshot.transformerConfig().axesDimsRope(), QwenEmbedRope.THETA),
            snapshot.transformerConfig().innerDim(),
            runtime.memory(element)),
        blocks(block(graphs), snapshot.transformerConfig().numLayers(), residentBlocks, true),
        load(graphs.imageOut(), session),
        adapters.<AdapterSource>map(files -> adapters(graphs, files)).orElse(AdapterSource.NONE),
        Optional.of(deviceParts()));
  }

  private DoubleStreamGraphs doubleStream(boolean adaptable) {
    return switch (snapshot.transformerGraphs(element, adaptable)) {
      case DoubleStreamGraphs graphs -> graphs;
      case SingleStreamGraphs _ ->
          throw new IllegalStateException(snapshot.pipelineClass() + " on a device");
    };
  }

  private IntFunction<BoundBlock> block(DoubleStreamGraphs graphs) {
    if (!fused(graphs)) {
      return graphs::boundBlock;
    }
    ProductKernels products =
        runtime.multipliesFloat8(element) && graphs.fitsFloat8Kernels()
            ? ProductKernels.OWN_FLOAT8
            : runtime.multiplies() ? ProductKernels.OWN : ProductKernels.LIBRARY;
    return block -> graphs.fusedBlock(block, products);
  }

  private AdapterSource adapters(DoubleStreamGraphs graphs, AdapterFiles files) {
    var places =
        new AdapterPlaces(
            graphs.timeEmbedding().linears(),
            linears(graphs::boundModulation),
            graphs.imageIn().linears(),
            graphs.textIn().linears(),
            linears(block(graphs)),
            graphs.imageOut().linears());
    return new AdapterTensors(files, places, new OnDeviceHome(runtime.memory(element), element));
  }

  private record OnDeviceHome(DeviceMemory memory, DType element) implements AdapterTensors.Home {
    @Override
    public Tensor of(float[] values, long... dims) {
      return memory.take(Tensor.of(values, dims));
    }
  }

  private List<List<AdaptedLinear>> linears(IntFunction<BoundBlock> graphs) {
    return IntStream.range(0, snapshot.transformerConfig().numLayers())
        .mapToObj(block -> graphs.apply(block).model().linears())
        .toList();
  }

  private boolean fused(DoubleStreamGraphs graphs) {
    return runtime.runsFusedOperators(element)
        && !snapshot.transformerConfig().zeroCondT()
        && (element != DType.BF16 || graphs.fitsFusedKernels());
  }

  private DeviceModulations modulations(DoubleStreamGraphs graphs) {
    return new DeviceModulations(
        new BlockModulations(
            load(graphs.timeEmbedding(), session.hosted()),
            // Once a schedule: not worth a third of the model in locked memory.
            blocks(graphs::boundModulation, snapshot.transformerConfig().numLayers(), 0, false),
            runtime.memory(element),
            snapshot.transformerConfig().innerDim()));
  }

  /// @param pins whether they may come from page-locked memory
  private List<Subgraph> blocks(
      IntFunction<BoundBlock> graphs, int count, int resident, boolean pins) {
    boolean pinned = asked.pinned() && pins;
    return kept(runtime.loadBlocks(this.graphs.asStored(graphs, count), resident, pinned, session));
  }

  /// Blocks whose weights leave the device where a picture needs their room.
  private List<Subgraph> lodgers(
      IntFunction<BoundBlock> graphs, int count, int resident, ModelRoom room) {
    return kept(
        runtime.loadLodgers(
            this.graphs.asStored(graphs, count), resident, asked.pinned(), session, room));
  }

  private List<Subgraph> kept(List<Subgraph> made) {
    loaded.addAll(made);
    return made;
  }

  private DeviceParts deviceParts() {
    var graphs = new ResidualGraphs(snapshot.transformerConfig().innerDim(), element);
    List<Subgraph> taylor = new ArrayList<>();
    for (int order = 1; order <= ResidualGraphs.MAX_ORDER; order++) {
      taylor.add(load(graphs.taylor(order), session));
    }
    return new DeviceParts(
        runtime.memory(element),
        load(graphs.difference(), session),
        load(graphs.add(), session),
        load(graphs.sumAbs(), session),
        load(graphs.sumAbsChange(), session),
        load(graphs.derive(), session),
        taylor);
  }

  private Subgraph load(OnnxModel model, SessionSettings settings) {
    return load(model, settings, true);
  }

  private Subgraph load(OnnxModel model, SessionSettings settings, boolean stays) {
    var graph = graphs.of(model);
    var made = stays ? runtime.load(graph, settings) : runtime.loadPassing(graph, settings);
    return kept(List.of(made)).getFirst();
  }
}
