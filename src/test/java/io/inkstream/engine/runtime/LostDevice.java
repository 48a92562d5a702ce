package io.inkstream.engine.runtime;

import io.inkstream.engine.device.EmulatedLoss;

/// An emulated device that fails in all it is asked, until this is closed.
public final class LostDevice implements AutoCloseable {
  private final DeviceRuntime runtime;

  public LostDevice(DeviceRuntime runtime) {
    this.runtime = runtime;
    EmulatedLoss.lose(runtime.driver());
  }

  @Override
  public void close() {
    EmulatedLoss.find(runtime.driver());
  }
}
