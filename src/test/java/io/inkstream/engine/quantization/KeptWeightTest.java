package io.inkstream.engine.quantization;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Documents;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.weights.Encoding;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every weight of the model is either made fewer bits or has a reason not to be.
class KeptWeightTest {
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");
  private static final Path TINY_21 = Path.of("src/test/resources/goldens/qwen21/tiny21");

  @Test
  void noWeightIsKeptWithoutAReason() {
    var snapshot = QwenImageSnapshot.open(POCKET, Optional.empty());
    for (Quantization type : Quantization.values()) {
      requireReasons(snapshot, type);
    }
  }

  /// In rows, which may have any width: the tiny snapshot's are no multiple of a block.
  @Test
  void noWeightOfQwenImage21IsKeptWithoutAReason() {
    requireReasons(QwenImageSnapshot.open(TINY_21, Optional.empty()), Quantization.FP8);
  }

  private static void requireReasons(QwenImageSnapshot snapshot, Quantization type) {
    var planned = QuantizedLayout.of(snapshot, type, "", snapshot.path()).planned(snapshot);
    Stream.of(planned.transformer(), planned.textEncoder(), planned.vae())
        .flatMap(component -> component.tensors().values().stream())
        .forEach(entry ->
            assertThat(KeptWeight.of(entry.name()).isPresent())
                .as(type + " of " + entry.name())
                .isEqualTo(entry.encoding() instanceof Encoding.Plain));
  }

  @Test
  void theDocumentSaysWhichAndWhy() {
    String table =
        Stream.of(KeptWeight.values())
            .map(kept -> "| %s | %s |".formatted(kept.shown(), kept.reason()))
            .collect(joining("\n", "| kept as the files have them | why |\n|---|---|\n", "\n"));
    Documents.assertPart(Path.of("docs/quantization.md"), "kept weights", table);
  }
}
