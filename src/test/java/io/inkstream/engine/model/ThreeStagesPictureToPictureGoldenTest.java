package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;

/// Edits by three devices that share the layers.
class ThreeStagesPictureToPictureGoldenTest extends DevicePictureToPictureGoldenTest {
  @Override
  DiffusionPipeline load(ModelSettings settings, Areas areas) {
    return StagedModel.load(settings, areas, 3);
  }
}
