package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Models whose layers emulated devices share evenly, text encoder and all; the VAE is on the last.
final class StagedModel {
  private static final int FIRST = 600;
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

  /// Two devices with just the memory for half of the blocks each, text encoder and VAE on one
  /// each.
  static Runtimes narrow(QwenImageSnapshot snapshot, int first) {
    var needs = needs(snapshot);
    int blocks = needs.blocks() / 2;
    int others = needs.blocks() - blocks;
    return runtimes(
        first,
        needs.bytes(new DeviceDuty(blocks, true, true, false), needs.textLayers(), blocks),
        needs.bytes(new DeviceDuty(others, false, false, true), 0, others));
  }

  static DeviceNeeds needs(QwenImageSnapshot snapshot) {
    return DeviceNeeds.of(snapshot, EmulatedDevice.PRECISION.element(), Device.Kind.EMULATED);
  }

  /// Devices that share layers.
  ///
  /// @param first their first number
  /// @param budgets bytes of each
  static Runtimes runtimes(int first, long... budgets) {
    var devices =
        IntStream.range(0, budgets.length)
            .mapToObj(i -> EmulatedDevice.runtime(first + i, OptionalLong.of(budgets[i])))
            .toList();
    return new Runtimes(new Parallelism(1, 1, 1, budgets.length), devices);
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
