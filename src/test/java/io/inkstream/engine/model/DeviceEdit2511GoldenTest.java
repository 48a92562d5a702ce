package io.inkstream.engine.model;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Precision;

/// The same on a device.
class DeviceEdit2511GoldenTest extends Edit2511GoldenTest {
  @Override
  OnnxRuntime runtime() {
    return EmulatedDevice.runtime();
  }

  @Override
  Precision precision() {
    return EmulatedDevice.PRECISION;
  }
}
