package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;

/// How the process uses the processor, and which device.
///
/// @param threads threads that share one subgraph run; 0 = one per processor
/// @param spinning whether idle threads wait actively: 10-35 % faster on a quiet machine, slower on
///   a shared one
/// @param deviceSettings what runs the networks
public record RuntimeSettings(int threads, boolean spinning, DeviceSettings deviceSettings) {
  public RuntimeSettings {
    if (threads < 0 || threads > 1024) {
      throw new IllegalArgumentException("threads is " + threads + ", must be 0 to 1024");
    }
  }

  /// On the processor.
  public RuntimeSettings(int threads, boolean spinning) {
    this(threads, spinning, DeviceSettings.CPU);
  }

  /// One thread per processor, active waiting.
  public static RuntimeSettings defaults() {
    return new RuntimeSettings(0, true);
  }

  /// The same on another device.
  public RuntimeSettings on(Device device) {
    return new RuntimeSettings(threads, spinning, deviceSettings.on(device));
  }

  /// What runs the networks.
  public Device device() {
    return deviceSettings.device();
  }

  int effectiveThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
