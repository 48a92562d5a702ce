package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Pictures of networks in single files and GGUF against diffusers with what the `gguf` package and
/// ComfyUI's kernels made of the same files: every step's latents.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckpointGoldenTest {
  private static final double LATENTS = 1e-3;
  private static final Path RESOURCES = Path.of("src/test/resources/goldens");
  private static final List<Goldens> FOLDERS =
      List.of(
          new Goldens(RESOURCES.resolve("checkpoints"), RESOURCES.resolve("small")),
          new Goldens(RESOURCES.resolve("text_encoders"), RESOURCES.resolve("tiny")));

  private final Map<ModelFiles, DiffusionPipeline> pipelines = new HashMap<>();
  private @TempDir Path temporary;

  OnnxRuntime runtime() {
    return OnnxRuntime.start(RuntimeSettings.defaults());
  }

  Precision precision() {
    return Precision.FAST;
  }

  @AfterAll
  void everyNativeTensorAndSubgraphIsClosed() {
    pipelines.values().forEach(DiffusionPipeline::close);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  @TestFactory
  Stream<DynamicTest> drawsWhatDiffusersDraws() {
    return FOLDERS.stream()
        .flatMap(folder ->
            folder
                .cases()
                .map(
                    golden -> DynamicTest.dynamicTest(golden.name(), () -> check(folder, golden))));
  }

  private void check(Goldens folder, Case golden) {
    assertThat(distance(folder, golden, golden.settings())).isLessThan(LATENTS);
    golden
        .settings()
        .path("equivalent")
        .forEach(other -> assertThat(distance(folder, golden, other)).isLessThan(LATENTS));
    golden
        .settings()
        .path("contrast")
        .properties()
        .forEach(contrast -> {
          if (!contrast.getValue().has("lora_edit")) {
            assertThat(distance(folder, golden, contrast.getValue()))
                .as(contrast.getKey())
                .isGreaterThan(10 * LATENTS);
          }
        });
  }

  private double distance(Goldens folder, Case golden, JsonNode others) {
    var pipeline = pipelines.computeIfAbsent(files(folder, golden.settings(), others), this::load);
    return AdapterGoldenTest.distance(pipeline, golden, others);
  }

  private DiffusionPipeline load(ModelFiles files) {
    var adapters =
        new AdapterSettings(List.of(), FOLDERS.stream().map(Goldens::folder).toList(), false);
    return PipelineLoader.load(
        new ModelSettings(files, precision(), Optional.empty(), adapters, Optional.empty()),
        runtime());
  }

  private ModelFiles files(Goldens folder, JsonNode settings, JsonNode others) {
    Map<Part, Path> parts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      String key = part.folder();
      JsonNode file = others.has(key) ? others.get(key) : settings.path(key);
      if (file.isTextual()) {
        parts.put(part, folder.folder().resolve(file.asText()));
      }
    }
    var config = settings.path("transformer_config");
    return new ModelFiles(
        config.isTextual() ? withConfig(folder.snapshot(), config.asText()) : folder.snapshot(),
        parts);
  }

  /// The snapshot with another transformer's configuration and none of its weights.
  private Path withConfig(Path snapshot, String config) {
    Path copy = temporary.resolve(config);
    if (Files.exists(copy)) {
      return copy;
    }
    try (var files = Files.walk(snapshot)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(snapshot.relativize(file));
        Files.createDirectories(target.getParent());
        if (!file.startsWith(snapshot.resolve("transformer"))) {
          Files.copy(file, target);
        }
      }
      Files.copy(snapshot.resolve(config), copy.resolve("transformer/config.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }
}
