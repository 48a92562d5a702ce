package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepeatedPromptTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @Test
  void aRepeatedPromptIsNotEncodedAgain() {
    var settings = new ModelSettings(TINY, Optional.empty(), Precision.FAST);
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());
    var signal = new CancellationSignal();
    try (var encoder = PipelineLoader.loadPromptEncoder(settings, runtime)) {
      var first = encoder.encode("a cat", 512, signal);
      var other = encoder.encode("a dog", 512, signal);

      assertThat(encoder.encode("a cat", 512, signal)).isSameAs(first).isNotSameAs(other);
      assertThat(encoder.encode("a cat", 2, signal).tokens()).isEqualTo(2);
    }
  }
}
