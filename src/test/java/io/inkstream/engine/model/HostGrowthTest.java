package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The process's memory on the processor, with prompts that are longer and longer.
class HostGrowthTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final int ROUNDS = 5;
  private static final long LIMIT = 32L << 20;

  @Test
  void memoryDoesNotGrowWithPromptsThatAreLongerAndLonger() {
    assumeThat(SystemMemory.resident()).as("the system says what is resident").isPresent();
    try (var pipeline =
        PipelineLoader.load(
            new ModelSettings(TINY, Optional.empty(), Precision.FAST),
            OnnxRuntime.start(RuntimeSettings.defaults()))) {
      long[] resident = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        for (int words = 8; words < 68; words++) {
          var request =
              GenerationRequest.of("apple ".repeat(words).strip())
                  .withCanvas(words % 2 == 0 ? 64 : 128, 64)
                  .withSteps(1);
          var _ = pipeline.generate(request, event -> {}, new CancellationSignal());
        }
        System.gc();
        resident[round] = SystemMemory.resident().orElseThrow();
      }
      assertThat(resident[ROUNDS - 1]).isLessThan(resident[2] + LIMIT);
    }
  }
}
