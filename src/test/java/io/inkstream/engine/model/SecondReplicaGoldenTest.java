package io.inkstream.engine.model;

import io.inkstream.Goldens.Case;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Runtimes;

/// A replica whose blocks have come from another's device.
class SecondReplicaGoldenTest extends DeviceGoldenTest {
  private static final int FIRST = 530;

  private Runtimes runtimes = Runtimes.of(EmulatedDevice.runtime(FIRST));

  @Override
  Runtimes runtimes() {
    return runtimes;
  }

  @Override
  DiffusionPipeline load(Case golden) {
    try (var _ = super.load(golden)) {
      DeviceRuntime second = EmulatedDevice.runtime(FIRST + 1).onDevice().orElseThrow();
      long before = second.weightsFromHost();
      runtimes = Runtimes.of(second);
      var loaded = super.load(golden);
      if (second.weightsFromHost() != before) {
        loaded.close();
        throw new AssertionError("weights of a second replica are read from files");
      }
      return loaded;
    } finally {
      runtimes = Runtimes.of(EmulatedDevice.runtime(FIRST));
    }
  }
}
