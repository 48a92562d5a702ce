package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The same with adapters beside the weights of both parts of a block.
class SlicesAdapterGoldenTest extends DeviceAdapterGoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 1));
  }
}
