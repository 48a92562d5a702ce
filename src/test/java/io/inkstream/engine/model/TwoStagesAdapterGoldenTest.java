package io.inkstream.engine.model;

import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.nio.file.Path;
import java.util.Optional;

/// Adapters on two devices, each of which has the memory for half of the blocks alone: the factors
/// lie with their blocks.
class TwoStagesAdapterGoldenTest extends DeviceAdapterGoldenTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @Override
  Runtimes runtimes() {
    return StagedModel.narrow(QwenImageSnapshot.open(TINY, Optional.empty()), 640);
  }
}
