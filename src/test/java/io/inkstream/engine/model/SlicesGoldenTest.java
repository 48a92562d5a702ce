package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The rows of a picture shared out to three devices, one for each head.
class SlicesGoldenTest extends DeviceGoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 1));
  }
}
