package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import java.nio.file.Path;
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
  public Subgraph load(String name, byte[] model, Path weightsFolder, SessionSettings session) {
    return new HostSubgraph(
        library.open(name, model, Optional.of(weightsFolder), session, place, options -> {}));
  }
}
