package io.inkstream.engine.model;

import io.inkstream.engine.graph.VaeGraphs.Convolutions;
import io.inkstream.engine.pipeline.MemoryBudget;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.ModelRoom;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision.OnDevice;
import io.inkstream.engine.textencoder.SeparateTextLayers;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.transformer.TransformerParts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes the subgraphs of a snapshot on a device: all of them, or none.
///
/// @param asked what stays on the device
record DeviceLoader(QwenImageSnapshot snapshot, DeviceSessions sessions, Residency asked) {
  /// @param asked what stays on the device
  /// @param planned is told the plan before anything is loaded
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph, or the
  ///   device is too small
  static Networks load(
      QwenImageSnapshot snapshot,
      List<DeviceRuntime> lanes,
      OnDevice precision,
      Residency asked,
      Optional<AdapterFiles> adapters,
      Consumer<Placement> planned) {
    var runtime = lanes.getFirst();
    var needs = DeviceNeeds.of(snapshot, precision.element(), runtime.device().kind());
    long budget = runtime.budget();
    var plan = DevicePlan.of(needs, asked, budget);
    planned.accept(Placement.onDevice(runtime.name(), needs, plan, asked, budget));
    var networks = load(snapshot, runtime, precision, asked, plan, adapters);
    List<TransformerParts> others = new ArrayList<>();
    try {
      for (var lane : lanes.subList(1, lanes.size())) {
        others.add(lane(snapshot, lane, precision, asked, needs.ofTransformer(), adapters));
      }
      return networks.with(others);
    } catch (RuntimeException e) {
      others.forEach(TransformerParts::close);
      networks.close();
      throw e;
    }
  }

  /// The transformer on a device that runs nothing else.
  private static TransformerParts lane(
      QwenImageSnapshot snapshot,
      DeviceRuntime runtime,
      OnDevice precision,
      Residency asked,
      DeviceNeeds needs,
      Optional<AdapterFiles> adapters) {
    var plan = DevicePlan.of(needs, asked, runtime.budget());
    var sessions = new DeviceSessions(runtime, precision, asked.pinned());
    var room = runtime.room(plan.room(), needs.working(), 0);
    try {
      return new DeviceTransformer(snapshot, sessions, room, adapters).load(plan.residentBlocks());
    } catch (RuntimeException e) {
      sessions.abandon();
      throw e;
    }
  }

  static Networks load(
      QwenImageSnapshot snapshot,
      DeviceRuntime runtime,
      OnDevice precision,
      Residency asked,
      DevicePlan plan,
      Optional<AdapterFiles> adapters) {
    runtime.requireRuns(precision);
    var sessions = new DeviceSessions(runtime, precision, asked.pinned());
    try {
      return new DeviceLoader(snapshot, sessions, asked).load(plan, adapters);
    } catch (RuntimeException e) {
      sessions.abandon();
      throw e;
    }
  }

  private Networks load(DevicePlan plan, Optional<AdapterFiles> adapters) {
    var runtime = sessions.runtime();
    var drawing = new DrawingMemory(snapshot);
    var memory = drawing.of(runtime.device(), sessions.element());
    long usual = Math.min(plan.room(), memory.of(drawing.usual()).device());
    var room = runtime.room(plan.room(), usual, passing());
    TextLayers textEncoder = textEncoder(plan.textEncoderResident(), room);
    var convolutions = sessions.settings().convolutions().released();
    Subgraph decoder =
        sessions.load(snapshot.decoderGraph(Convolutions.IN_PARTS), convolutions, asked.vaeStays());
    var encoder =
        snapshot
            .encoderGraph(Convolutions.PLAIN)
            .map(graph -> sessions.load(graph, convolutions, asked.vaeStays()));
    var vision = vision();
    var transformer =
        new DeviceTransformer(snapshot, sessions, room, adapters).load(plan.residentBlocks());
    room.loaded();
    return new Networks(
        textEncoder,
        decoder,
        encoder,
        vision,
        List.of(transformer),
        MemoryBudget.of(memory, room));
  }

  private Optional<Subgraph> vision() {
    if (!snapshot.seesPictures()) {
      return Optional.empty();
    }
    var graph = snapshot.visionGraph(sessions.element());
    return Optional.of(sessions.load(graph, sessions.settings(), asked.eyesStay()));
  }

  private long passing() {
    return (asked.vaeStays() ? 0 : DeviceNeeds.vae(snapshot))
        + (asked.eyesStay() ? 0 : DeviceNeeds.vision(snapshot, sessions.element()));
  }

  private TextLayers textEncoder(boolean resident, ModelRoom room) {
    var graphs = snapshot.textEncoderGraphs(sessions.element());
    int layers = snapshot.textEncoderConfig().numHiddenLayers();
    return new SeparateTextLayers(
        sessions.load(graphs.begin()),
        sessions.lodgers(graphs::boundLayer, layers, resident ? layers : 0, room),
        snapshot.deepLayers() == 0 ? Optional.empty() : Optional.of(sessions.load(graphs.deep())),
        sessions.load(graphs.end()),
        sessions.runtime().memory(graphs.stream()),
        sessions.runtime().memory(sessions.element()));
  }
}
