package io.inkstream.engine.model;

import io.inkstream.Goldens.Case;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The branches of guidance on three devices each.
class GuidanceAndSlicesGoldenTest extends DeviceGoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 2, 3, 1));
  }

  @Override
  boolean isPossible(Case golden) {
    return super.isPossible(golden)
        && !golden.isPocket()
        && golden.settings().get("true_cfg_scale").asDouble() > 1;
  }
}
