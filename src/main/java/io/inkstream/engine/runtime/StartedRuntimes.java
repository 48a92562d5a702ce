package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import java.util.HashMap;
import java.util.Map;

/// The runtimes of this process, one for each device.
final class StartedRuntimes {
  private static final Map<Device, Started> RUNTIMES = new HashMap<>();

  private record Started(RuntimeSettings settings, OnnxRuntime runtime) {}

  private StartedRuntimes() {}

  static synchronized OnnxRuntime get(RuntimeSettings settings) {
    var started = RUNTIMES.computeIfAbsent(settings.device(), ignored -> start(settings));
    if (!settings.equals(started.settings())) {
      throw new IllegalStateException(
          "ONNX Runtime runs with " + started.settings() + ", cannot change to " + settings);
    }
    return started.runtime();
  }

  private static Started start(RuntimeSettings settings) {
    return new Started(
        settings,
        switch (settings.device().kind()) {
          case CPU -> HostRuntime.start(OrtLibrary.of(settings));
          case OPENVINO, TENSORRT, COREML -> HostRuntime.start(OrtLibrary.of(settings), settings);
          case CUDA, MIGRAPHX, EMULATED -> DeviceRuntime.start(settings);
        });
  }
}
