package io.inkstream.engine.model;

import io.inkstream.Goldens.Case;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Precision;

/// The same pictures by way of all that a device needs: the C API, tensors in another memory,
/// weights that are copied there, and the cache's arithmetic as graphs.
class DeviceGoldenTest extends TextToImageGoldenTest {
  @Override
  OnnxRuntime runtime() {
    return EmulatedDevice.runtime();
  }

  @Override
  Precision precision() {
    return EmulatedDevice.PRECISION;
  }

  @Override
  boolean isPossible(Case golden) {
    return !golden.name().contains("dmd"); // which works on the processor alone
  }
}
