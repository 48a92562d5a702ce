package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import java.util.List;
import java.util.Optional;

/// ONNX Runtime with tensors of the host: on the processor, or by an execution provider.
record HostRuntime(OrtLibrary library, Place place, Device device, Optional<NamedProvider> provider)
    implements OnnxRuntime {
  /// On the processor.
  static HostRuntime start(OrtLibrary library) {
    return new HostRuntime(library, Place.host(library.api()), Device.CPU, Optional.empty());
  }

  /// By the provider that the settings name.
  ///
  /// @throws EngineException if it does not load
  static HostRuntime start(OrtLibrary library, RuntimeSettings settings) {
    var provider = NamedProvider.start(library.api(), settings);
    var place = Place.host(library.api());
    return new HostRuntime(library, place, settings.device(), Optional.of(provider));
  }

  @Override
  public String version() {
    return library.api().version();
  }

  @Override
  public int threads() {
    return library.threads().count();
  }

  @Override
  public boolean knowsNewOperators() {
    return provider.isEmpty();
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
    return new HostSubgraph(library.open(graph, session, place, this::append));
  }

  private void append(long sessionOptions) {
    provider.ifPresent(one -> one.appendTo(sessionOptions));
  }
}
