package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The branches of guidance on a device each.
class GuidanceOnTwoCardsGoldenTest extends DeviceGoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 2, 1, 1));
  }
}
