package io.inkstream.engine.model;

import io.inkstream.engine.tensor.Precision;

/// The same with weights that stay in their files and are widened block by block.
class LowMemoryCheckpointGoldenTest extends CheckpointGoldenTest {
  @Override
  Precision precision() {
    return Precision.LOW_MEMORY;
  }
}
