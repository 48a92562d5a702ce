package io.inkstream.engine.model;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.StandInRuntime;

/// The same pictures by way of HIP's calls, with runs that are in no order with them but by
/// waiting.
class StandInGoldenTest extends DeviceGoldenTest {
  private final OnnxRuntime runtime = StandInRuntime.start();

  @Override
  OnnxRuntime runtime() {
    return runtime;
  }
}
