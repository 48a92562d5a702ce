package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.checkpoint.Checkpoint;
import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.checkpoint.SparseGguf;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.ComponentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A transformer of 20 billion numbers in Q4_K, 11.5 GB with a hole for them.
@EnabledOnOs(OS.LINUX)
class FullSizeCheckpointTest {
  private static final Path PUBLISHED = Path.of("src/main/models/qwen-image");
  private static final Path SMALL_VAE = Path.of("src/test/resources/goldens/small/vae");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Duration GENEROUS = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void opensWithThePublishedConfigurationReadingItsHeaderAlone() throws IOException {
    Path file = folder.resolve("full.gguf");
    SparseGguf.transformer(60).writeTo(file, "qwen_image");

    var opened =
        Checkpoint.open(
            file,
            Part.TRANSFORMER,
            () -> ComponentConfig.read(PUBLISHED.resolve("transformer/config.json")));

    assertThat(opened.tensors()).hasSize(1933);
    assertThat(opened.parameters()).isEqualTo(20_430_401_088L);
  }

  @Test
  void isLoadedInLowMemoryWithLittleOfItsOwn() throws IOException {
    Path transformer = folder.resolve("transformer.gguf");
    SparseGguf.transformer(60).writeTo(transformer, "qwen_image");
    Path textEncoder = folder.resolve("text_encoder.gguf");
    SparseGguf.textEncoder().writeTo(textEncoder, "qwen2vl");
    Map<Part, Path> parts = new EnumMap<>(Part.class);
    parts.put(Part.TRANSFORMER, transformer);
    parts.put(Part.TEXT_ENCODER, textEncoder);
    parts.put(Part.VAE, SMALL_VAE);
    var settings =
        new ModelSettings(
            new ModelFiles(PUBLISHED, parts),
            Precision.LOW_MEMORY,
            Optional.empty(),
            AdapterSettings.NONE,
            Optional.empty());
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());

    long before = privateBytes();
    Assertions.assertTimeout(
        GENEROUS,
        () -> {
          try (var pipeline = PipelineLoader.load(settings, runtime)) {
            assertThat(pipeline).isNotNull();
            assertThat(privateBytes() - before).isLessThan(1_000_000_000);
          }
        });
  }

  private static long privateBytes() throws IOException {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}
