package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;

/// Given pictures modulated as of time 0 on each of two devices.
class TwoStagesEdit2511GoldenTest extends DeviceEdit2511GoldenTest {
  @Override
  DiffusionPipeline load(ModelSettings settings, Areas areas) {
    return StagedModel.load(settings, areas, 2);
  }
}
