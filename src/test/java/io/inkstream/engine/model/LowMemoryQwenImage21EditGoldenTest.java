package io.inkstream.engine.model;

import io.inkstream.engine.tensor.Precision;

/// The same with weights that stay in their files.
class LowMemoryQwenImage21EditGoldenTest extends QwenImage21EditGoldenTest {
  @Override
  Precision precision() {
    return Precision.LOW_MEMORY;
  }
}
