package io.inkstream.engine.model;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Precision;

/// The same with the networks on a device: fused blocks that share one session.
class DeviceAdapterGoldenTest extends AdapterGoldenTest {
  @Override
  OnnxRuntime runtime() {
    return EmulatedDevice.runtime();
  }

  @Override
  Precision precision() {
    return EmulatedDevice.PRECISION;
  }
}
