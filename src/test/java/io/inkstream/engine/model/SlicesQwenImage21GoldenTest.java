package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The same with a prefix, which each device has.
class SlicesQwenImage21GoldenTest extends DeviceQwenImage21GoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 1));
  }
}
