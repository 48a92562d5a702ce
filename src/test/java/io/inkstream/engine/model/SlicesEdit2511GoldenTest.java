package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The same with given pictures that are modulated as of time 0.
class SlicesEdit2511GoldenTest extends DeviceEdit2511GoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 1));
  }
}
