package io.inkstream.engine.model;

import io.inkstream.Providers;
import io.inkstream.engine.runtime.OnnxRuntime;

/// The same pictures by OpenVINO in float32, whose graphs are of the standard's older operators.
class OpenVinoGoldenTest extends TextToImageGoldenTest {
  @Override
  OnnxRuntime runtime() {
    return Providers.openVino();
  }
}
