package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import java.util.List;

/// ONNX Runtime on the processor.
record HostRuntime(OrtLibrary library, Place place) implements OnnxRuntime {
  /// @throws EngineException if the library does not load
  static HostRuntime start(OrtLibrary library) {
    return new HostRuntime(library, Place.host(library.api()));
  }

  @Override
  public String version() {
    return library.api().version();
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public int threads() {
    return library.threads().count();
  }

  @Override
  public Subgraph load(SessionGraph graph, SessionSettings session) {
    return open(graph, session);
  }

  @Override
  public List<Subgraph> loadHostBlocks(
      BlockGraph blocks, SessionSettings session, WeightSlots slots, boolean staying) {
    return new HostBlocks(open(blocks.graph(), session), blocks.weights(), slots, staying)
        .subgraphs();
  }

  private HostSubgraph open(SessionGraph graph, SessionSettings session) {
    return new HostSubgraph(library.open(graph, session, place, options -> {}));
  }
}
