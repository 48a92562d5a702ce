package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import java.util.List;
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

  /// Whether graphs may have operators of ONNX Runtime's own, and the newest of the standard's.
  boolean knowsNewOperators();

  /// The same with what a device has more, if it has memory of its own.
  default Optional<DeviceRuntime> onDevice() {
    return Optional.empty();
  }

  /// How its device is lost, if it is; to be asked after a failure, and empty if that has another
  /// reason. A host is not lost.
  default Optional<LostDeviceException> loss() {
    return Optional.empty();
  }

  /// Makes a session.
  ///
  /// @throws EngineException if the library refuses the graph
  Subgraph load(SessionGraph graph, SessionSettings session);

  /// Makes one session on the processor, and a subgraph for each block.
  ///
  /// @param slots where weights lie while a block runs
  /// @param staying whether weights are made once and stay; otherwise they are made before each run
  ///   and gone after it
  /// @throws EngineException if the library refuses the graph
  List<Subgraph> loadHostBlocks(
      BlockGraph blocks, SessionSettings session, WeightSlots slots, boolean staying);
}
