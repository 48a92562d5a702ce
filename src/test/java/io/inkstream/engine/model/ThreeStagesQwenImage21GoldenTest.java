package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DiffusionPipeline;

/// Prefixes whose keys and values lie on three devices, each where its block is.
class ThreeStagesQwenImage21GoldenTest extends DeviceQwenImage21GoldenTest {
  @Override
  DiffusionPipeline load(ModelSettings settings) {
    return StagedModel.load(settings, 3);
  }
}
