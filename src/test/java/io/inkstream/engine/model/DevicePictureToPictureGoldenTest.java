package io.inkstream.engine.model;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Precision;

/// The same with the vision tower and the VAE's encoder on a device.
class DevicePictureToPictureGoldenTest extends PictureToPictureGoldenTest {
  @Override
  OnnxRuntime runtime() {
    return EmulatedDevice.runtime();
  }

  @Override
  Precision precision() {
    return EmulatedDevice.PRECISION;
  }
}
