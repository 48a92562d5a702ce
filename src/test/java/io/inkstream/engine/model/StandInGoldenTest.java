package io.inkstream.engine.model;

import io.inkstream.Goldens.Case;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.StandInRuntime;
import io.inkstream.engine.tensor.Precision;

/// The same pictures by way of HIP's calls, with runs that are in no order with them but by
/// waiting.
class StandInGoldenTest extends TextToImageGoldenTest {
  private final OnnxRuntime runtime = StandInRuntime.start();

  @Override
  OnnxRuntime runtime() {
    return runtime;
  }

  @Override
  Precision precision() {
    return EmulatedDevice.PRECISION;
  }

  @Override
  boolean isPossible(Case golden) {
    return !golden.name().contains("dmd");
  }
}
