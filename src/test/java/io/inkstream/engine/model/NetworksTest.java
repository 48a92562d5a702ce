package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworksTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @Test
  void theProcessorRefusesAPrecisionOfADevice() {
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> load(runtime, EmulatedDevice.PRECISION))
        .withMessage(
            "precision is %s, must be one of [fast, low-memory] on cpu", EmulatedDevice.PRECISION);
  }

  @ParameterizedTest
  @MethodSource("io.inkstream.engine.tensor.Precision#onProcessor")
  void aDeviceRefusesAPrecisionOfTheProcessor(Precision precision) {
    var runtime = EmulatedDevice.runtime();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> load(runtime, precision))
        .withMessage("precision is %s, must be one of a device on emulated", precision);
  }

  private static void load(OnnxRuntime runtime, Precision precision) {
    PipelineLoader.load(new ModelSettings(TINY, Optional.empty(), precision), runtime).close();
  }
}
