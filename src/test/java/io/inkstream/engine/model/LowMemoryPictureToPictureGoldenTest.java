package io.inkstream.engine.model;

import io.inkstream.engine.tensor.Precision;

/// The same with weights that stay in their files.
class LowMemoryPictureToPictureGoldenTest extends PictureToPictureGoldenTest {
  @Override
  Precision precision() {
    return Precision.LOW_MEMORY;
  }
}
