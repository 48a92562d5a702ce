package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The same with pictures in the prefix.
class SlicesQwenImage21EditGoldenTest extends DeviceQwenImage21EditGoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 1));
  }
}
