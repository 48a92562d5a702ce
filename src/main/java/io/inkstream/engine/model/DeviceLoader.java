package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.estimate.DeviceShare;
import io.inkstream.engine.estimate.MemoryBudget;
import io.inkstream.engine.network.TextEncoderGraph;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision.OnDevice;
import io.inkstream.engine.textencoder.SeparateTextLayers;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.textencoder.TextStage;
import io.inkstream.engine.transformer.TransformerParts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Makes the subgraphs of a snapshot on devices: all of them, or none.
///
/// @param asked what stays on the devices
/// @param cards in the order of their layers
/// @param parallelism how they share the work of a picture
record DeviceLoader(
    QwenImageSnapshot snapshot, Residency asked, List<Card> cards, Parallelism parallelism) {
  /// @param devices a lane after the other, of each its stages
  /// @param parallelism how they share the work of a picture
  /// @param textCards devices that the text encoder is placed on at least
  /// @param asked what stays on the devices
  /// @param planned is told the plan of each device before anything is loaded
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph, or the
  ///   devices are too small
  static Networks load(
      QwenImageSnapshot snapshot,
      List<DeviceRuntime> devices,
      Parallelism parallelism,
      int textCards,
      OnDevice precision,
      Residency asked,
      Optional<AdapterFiles> adapters,
      Consumer<Placement> planned) {
    var kind = devices.getFirst().device().kind();
    var needs = DeviceNeeds.of(snapshot, precision.element(), kind);
    var memories = devices.stream().map(CardMemory::of).toList();
    var plan = new LayerSpread(needs, asked, memories, parallelism.stages(), textCards).plan();
    var names = devices.stream().map(device -> name(device, devices.size())).toList();
    DevicePlacement.of(needs, asked, plan, names, memories, parallelism.stages()).forEach(planned);
    return load(snapshot, devices, parallelism, precision, asked, plan, adapters);
  }

  private static String name(DeviceRuntime device, int of) {
    return of == 1 ? device.name() : device.device().label() + ", " + device.name();
  }

  /// By a plan that is given.
  static Networks load(
      QwenImageSnapshot snapshot,
      List<DeviceRuntime> devices,
      Parallelism parallelism,
      OnDevice precision,
      Residency asked,
      DevicePlan plan,
      Optional<AdapterFiles> adapters) {
    devices.forEach(device -> device.requireRuns(precision));
    var cards =
        IntStream.range(0, devices.size())
            .mapToObj(i -> card(snapshot, devices.get(i), precision, asked, plan.cards().get(i)))
            .toList();
    try {
      return new DeviceLoader(snapshot, asked, cards, parallelism).load(adapters);
    } catch (RuntimeException e) {
      cards.forEach(card -> card.sessions().abandon());
      throw e;
    }
  }

  private static Card card(
      QwenImageSnapshot snapshot,
      DeviceRuntime device,
      OnDevice precision,
      Residency asked,
      CardPlan plan) {
    var drawing = new DrawingMemory(snapshot);
    long needed = drawing.onDevice(precision.element()).device(drawing.usual(), plan.duty());
    long usual = Math.min(plan.room(), needed);
    long passing = plan.decodes() ? passing(snapshot, precision, asked) : 0;
    return new Card(
        new DeviceSessions(device, precision, asked.pinned()),
        device.room(plan.room(), usual, passing),
        plan);
  }

  private static long passing(QwenImageSnapshot snapshot, OnDevice precision, Residency asked) {
    return (asked.vaeStays() ? 0 : DeviceNeeds.vae(snapshot))
        + (asked.eyesStay() ? 0 : DeviceNeeds.vision(snapshot, precision.element()));
  }

  private Networks load(Optional<AdapterFiles> adapters) {
    TextLayers textEncoder = textEncoder();
    var decoding = decoding();
    var convolutions = decoding.settings().convolutions().released();
    Subgraph decoder =
        decoding.load(snapshot.decoderGraph(Convolutions.IN_PARTS), convolutions, asked.vaeStays());
    var encoder =
        snapshot
            .encoderGraph(Convolutions.IN_PARTS)
            .map(graph -> decoding.load(graph, convolutions, asked.vaeStays()));
    var vision = vision(decoding);
    int stages = parallelism.stages();
    var lanes =
        IntStream.iterate(0, from -> from < cards.size(), from -> from + stages)
            .mapToObj(from -> transformer(cards.subList(from, from + stages), adapters))
            .toList();
    cards.forEach(card -> card.room().loaded());
    return new Networks(textEncoder, decoder, encoder, vision, lanes, budget());
  }

  private TransformerParts transformer(List<Card> lane, Optional<AdapterFiles> adapters) {
    var staged = lane.stream().filter(Card::hasBlocks).toList();
    return new DeviceTransformer(snapshot, staged, parallelism.slices(), adapters).load();
  }

  private DeviceSessions decoding() {
    return cards.stream()
        .filter(card -> card.plan().decodes())
        .findFirst()
        .orElseThrow()
        .sessions();
  }

  private MemoryBudget budget() {
    var sessions = cards.getFirst().sessions();
    var drawing = new DrawingMemory(snapshot);
    var model = drawing.of(sessions.runtime().device(), sessions.element());
    var onDevice = drawing.onDevice(sessions.element());
    return new MemoryBudget(
        model,
        cards.stream()
            .map(card ->
                new DeviceShare(
                    name(card), card.room(), load -> onDevice.device(load, card.plan().duty())))
            .toList());
  }

  private String name(Card card) {
    return cards.size() == 1 ? "the device" : card.sessions().runtime().device().label();
  }

  private Optional<Subgraph> vision(DeviceSessions decoding) {
    if (!snapshot.seesPictures()) {
      return Optional.empty();
    }
    var graph = snapshot.visionGraph(decoding.element());
    return Optional.of(decoding.load(graph, decoding.settings(), asked.eyesStay()));
  }

  private TextLayers textEncoder() {
    var graphs = snapshot.textEncoderGraphs(cards.getFirst().sessions().element());
    var texts = cards.stream().filter(Card::hasText).toList();
    Subgraph begin = texts.getFirst().sessions().load(graphs.begin());
    List<TextStage> made = new ArrayList<>();
    int from = 0;
    for (Card card : texts) {
      made.add(textStage(card, graphs, from));
      from += card.plan().textLayers();
    }
    return new SeparateTextLayers(begin, made, texts.getLast().sessions().load(graphs.end()));
  }

  private TextStage textStage(Card card, TextEncoderGraph graphs, int from) {
    var sessions = card.sessions();
    int layers = card.plan().textLayers();
    return new TextStage(
        sessions.lodgers(
            layer -> graphs.boundLayer(from + layer),
            layers,
            card.plan().textStays() ? layers : 0,
            card.room()),
        from < snapshot.deepLayers() ? Optional.of(sessions.load(graphs.deep())) : Optional.empty(),
        sessions.runtime().memory(graphs.stream()),
        sessions.runtime().memory(sessions.element()));
  }
}
