package io.inkstream.engine.model;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Precision;

/// The same on a device: the prefix's keys and values in its memory, made by the blocks' weights.
class DeviceQwenImage21GoldenTest extends QwenImage21GoldenTest {
  @Override
  OnnxRuntime runtime() {
    return EmulatedDevice.runtime();
  }

  @Override
  Precision precision() {
    return EmulatedDevice.PRECISION;
  }
}
