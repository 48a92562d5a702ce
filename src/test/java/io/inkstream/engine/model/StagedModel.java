package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.util.List;
import java.util.stream.IntStream;

/// Models whose layers emulated devices share evenly, text encoder and all; the VAE is on the last.
final class StagedModel {
  private static final int FIRST = 300;
  private static final long ROOM = 1L << 40;

  private StagedModel() {}

  static DiffusionPipeline load(ModelSettings settings, Areas areas, int stages) {
    var plan = plan(QwenImageSnapshot.open(settings.files()), stages);
    return PipelineLoader.load(settings, devices(stages), EmulatedDevice.PRECISION, plan, areas);
  }

  static DiffusionPipeline load(ModelSettings settings, int stages) {
    return load(settings, Areas.PUBLISHED, stages);
  }

  static List<DeviceRuntime> devices(int stages) {
    return IntStream.range(FIRST, FIRST + stages)
        .mapToObj(device -> EmulatedDevice.runtime(device).onDevice().orElseThrow())
        .toList();
  }

  static DevicePlan plan(QwenImageSnapshot snapshot, int stages) {
    return GivenPlan.stages(
        shared(snapshot.transformerConfig().numLayers(), stages),
        shared(snapshot.textEncoderConfig().numHiddenLayers(), stages),
        stages - 1,
        ROOM);
  }

  private static List<Integer> shared(int layers, int stages) {
    return IntStream.range(0, stages)
        .mapToObj(stage -> layers * (stage + 1) / stages - layers * stage / stages)
        .toList();
  }
}
