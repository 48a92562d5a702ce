package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.EngineException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// ONNX Runtime in this process: one environment, one thread pool that all sessions share.
public sealed interface OnnxRuntime permits HostRuntime, DeviceRuntime {
  /// Starts the runtime, or returns the one that runs: the library allows one environment per
  /// process.
  ///
  /// @throws IllegalStateException if it runs with other settings
  /// @throws EngineException if a library is missing or foreign; a [DeviceException], if it is the
  ///   device's or there is no such device
  static OnnxRuntime start(RuntimeSettings settings) {
    try {
      return StartedRuntimes.get(settings);
    } catch (EngineException e) {
      throw settings.device().kind() == Device.Kind.CPU ? e : new DeviceException(e);
    }
  }

  /// The library's version.
  String version();

  /// Threads that share one run.
  int threads();

  /// What runs the networks.
  Device device();

  /// The same with what a device has more, if it is not the processor.
  default Optional<DeviceRuntime> onDevice() {
    return Optional.empty();
  }

  /// Makes a session of an ONNX model whose external weights lie in `weightsFolder`.
  ///
  /// @param name for messages
  /// @throws EngineException if the library refuses the model
  default Subgraph load(String name, byte[] model, Path weightsFolder, SessionSettings session) {
    return load(name, model, weightsFolder, session, Map.of());
  }

  /// The same with weights that are given to the session, by their names.
  Subgraph load(
      String name,
      byte[] model,
      Path weightsFolder,
      SessionSettings session,
      Map<String, WeightSource> given);

  /// Makes one session on the processor of a block whose weights are inputs, and a subgraph for
  /// each block, whose weights are made before each of its runs and gone after it.
  ///
  /// @param weights of each block by the inputs' names, all made
  /// @param slots where they lie while a block runs
  /// @throws EngineException if the library refuses the model
  List<Subgraph> loadHostBlocks(
      String name,
      byte[] model,
      List<Map<String, WeightSource>> weights,
      SessionSettings session,
      WeightSlots slots,
      boolean staying);
}
