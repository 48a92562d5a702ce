package io.inkstream.engine.runtime;

import java.util.EnumMap;
import java.util.Map;

/// The runtimes of this process, one for each device.
final class StartedRuntimes {
  private static final Map<Device, OnnxRuntime> RUNTIMES = new EnumMap<>(Device.class);
  private static final Map<Device, RuntimeSettings> SETTINGS = new EnumMap<>(Device.class);

  private StartedRuntimes() {}

  static synchronized OnnxRuntime get(RuntimeSettings settings) {
    Device device = settings.device().device();
    OnnxRuntime runtime = RUNTIMES.get(device);
    if (runtime == null) {
      runtime = device == Device.CPU ? HostRuntime.start(settings) : DeviceRuntime.start(settings);
      RUNTIMES.put(device, runtime);
      SETTINGS.put(device, settings);
    }
    RuntimeSettings running = SETTINGS.get(device);
    if (!settings.equals(running)) {
      throw new IllegalStateException(
          "ONNX Runtime runs with " + running + ", cannot change to " + settings);
    }
    return runtime;
  }
}
