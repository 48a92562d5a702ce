package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;

/// Prefixes with pictures, and what eyes add to layers, on two devices.
class TwoStagesQwenImage21EditGoldenTest extends DeviceQwenImage21EditGoldenTest {
  @Override
  DiffusionPipeline load(ModelSettings settings, Areas areas) {
    return StagedModel.load(settings, areas, 2);
  }
}
