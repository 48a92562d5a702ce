package io.inkstream.engine.model;

import io.inkstream.Goldens.Case;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.Runtimes;

/// The same with given pictures, whose rows are shared out, too.
class SlicesPictureToPictureGoldenTest extends DevicePictureToPictureGoldenTest {
  @Override
  Runtimes runtimes() {
    return EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 1));
  }

  @Override
  boolean isPossible(Case golden) {
    return super.isPossible(golden) && !golden.name().contains("full_1024"); // as the small ones
  }
}
