package io.inkstream.engine.description;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.description.ModelSummary.Section;
import io.inkstream.engine.quantization.Quantization;
import io.inkstream.engine.quantization.QuantizationSettings;
import io.inkstream.engine.quantization.QuantizedLayout;
import io.inkstream.engine.quantization.QuantizedWeights;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `inspect` says that hosts and cards hold, of each way to keep weights.
class StorageFactsTest {
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");

  @TempDir private Path cache;

  @Test
  void aPlanIsTheSizeOfTheFileThatIsThenMade() throws Exception {
    var snapshot = QwenImageSnapshot.open(POCKET, Optional.empty());
    for (Quantization type : Quantization.values()) {
      var layout = QuantizedLayout.of(snapshot, type, "0".repeat(32), cache.resolve("planned"));

      var made = QuantizedWeights.of(snapshot, new QuantizationSettings(type, cache, 1L << 40));

      Path file = made.transformer().tensor("transformer_blocks.3.img_mlp.net.2.weight").file();
      assertThat(Files.size(file)).isEqualTo(layout.header().length + layout.bytes());
      assertThat(new StorageFacts(type.toString(), layout.planned(snapshot)).fast())
          .isEqualTo(new StorageFacts(type.toString(), made).fast());
    }
  }

  @Test
  void fewerBitsTakeLessEverywhere() {
    var sections =
        StorageFacts.sections(QwenImageSnapshot.open(POCKET, Optional.empty())).stream()
            .collect(Collectors.toMap(Section::name, StorageFactsTest::facts));

    assertThat(sections).containsOnlyKeys("as_stored", "int8", "fp8", "int4");
    assertThat(bytes(sections.get("int8"), "fast_bytes"))
        .isLessThan(bytes(sections.get("as_stored"), "fast_bytes") / 2);
    for (String key : new String[] {"fast_bytes", "low_memory_bytes", "cuda_bytes"}) {
      assertThat(bytes(sections.get("int4"), key)).isLessThan(bytes(sections.get("int8"), key));
      assertThat(bytes(sections.get("int8"), key))
          .isLessThan(bytes(sections.get("as_stored"), key));
    }
    assertThat(sections.get("int8").get("host_32_gb").text()).startsWith("fast: ");
    assertThat(sections.get("fp8").get("card_80_gb").text()).isEqualTo("all of it");
  }

  private static Map<String, Fact> facts(Section section) {
    return section.facts().stream().collect(Collectors.toMap(Fact::key, fact -> fact));
  }

  private static long bytes(Map<String, Fact> facts, String key) {
    return (Long) facts.get(key).value();
  }
}
