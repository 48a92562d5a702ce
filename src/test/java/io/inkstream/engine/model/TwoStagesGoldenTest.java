package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;

/// Layers shared by two devices.
class TwoStagesGoldenTest extends DeviceGoldenTest {
  @Override
  DiffusionPipeline load(ModelSettings settings, Areas areas) {
    return StagedModel.load(settings, areas, 2);
  }
}
