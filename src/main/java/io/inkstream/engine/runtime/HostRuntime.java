package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  public Subgraph load(
      String name,
      byte[] model,
      Path weightsFolder,
      SessionSettings session,
      Map<String, WeightSource> given) {
    return new HostSubgraph(open(name, model, Optional.of(weightsFolder), session, given));
  }

  @Override
  public List<Subgraph> loadHostBlocks(
      String name,
      byte[] model,
      List<Map<String, WeightSource>> weights,
      SessionSettings session,
      WeightSlots slots,
      boolean staying) {
    var graph = new HostSubgraph(open(name, model, Optional.empty(), session, Map.of()));
    return new HostBlocks(graph, weights, slots, staying).subgraphs();
  }

  private NativeSession open(
      String name,
      byte[] model,
      Optional<Path> weightsFolder,
      SessionSettings session,
      Map<String, WeightSource> given) {
    return library.open(name, model, weightsFolder, session, place, given, options -> {});
  }
}
