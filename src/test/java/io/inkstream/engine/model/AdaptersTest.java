package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.scheduler.SchedulerFields;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.SampleAdapter;
import io.inkstream.engine.weights.SnapshotException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What adapters of a loaded model do beyond the goldens.
class AdaptersTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a pear").withCanvas(48, 32).withGuidance(3, 2);

  @TempDir Path folder;

  @Test
  void requestsAtTheSameTimeNeverSeeEachOthersAdapters() {
    write("one.safetensors", 1);
    write("two.safetensors", 2);
    try (var pipeline = load(inFolder())) {
      var choices =
          List.of(
              List.<AdapterChoice>of(),
              List.of(AdapterChoice.at("one.safetensors", 1)),
              List.of(AdapterChoice.at("two.safetensors", 1)),
              List.of(
                  AdapterChoice.at("one.safetensors", 0.5),
                  AdapterChoice.at("two.safetensors", -1)));
      var alone = choices.stream().map(one -> pixels(pipeline, one)).toList();
      assertThat(alone.stream().map(ByteBuffer::wrap).distinct()).hasSize(4);

      var together =
          IntStream.range(0, 12)
              .mapToObj(i ->
                  CompletableFuture.supplyAsync(
                      () -> pixels(pipeline, choices.get(i % choices.size()))))
              .toList();

      for (int i = 0; i < together.size(); i++) {
        assertThat(together.get(i).join()).isEqualTo(alone.get(i % choices.size()));
      }
    }
  }

  @Test
  void mergedAdaptersDrawThePictureOfThoseBesideTheWeightsAndNoOther() throws Exception {
    Path file = write("one.safetensors", 1);
    var start = List.of(new AdapterSettings.Start("one", file.toString(), 0.8));
    byte[] beside;
    try (var pipeline = load(new AdapterSettings(start, List.of(), false))) {
      beside = pixels(pipeline, pipeline.adapters().active());
    }
    try (var pipeline = load(new AdapterSettings(start, List.of(), true))) {
      var merged = pixels(pipeline, pipeline.adapters().active());
      assertThat(distance(merged, beside)).isLessThanOrEqualTo(1);
      assertThat(pipeline.adapters().merged()).isTrue();
      assertThatThrownBy(() -> pixels(pipeline, List.of()))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("part of the weights");
      assertThatThrownBy(() -> pipeline.adapters().rest())
          .hasMessageContaining("part of the weights");
    } finally {
      Path made = mergedFile(start);
      Files.delete(made);
      Files.delete(made.resolveSibling(made.getFileName() + ".used"));
    }
  }

  /// In the user's cache folder, where a second start would find it.
  private static Path mergedFile(List<AdapterSettings.Start> start) {
    var snapshot = QwenImageSnapshot.open(TINY, Optional.empty());
    var settings = new AdapterSettings(start, List.of(), true);
    return MergedWeights.file(snapshot, AdapterFiles.of(snapshot, settings).atStart(settings));
  }

  @Test
  void aLightningFileGetsItsSchedulerAndTheRequestsOwnFieldsBeatIt() {
    write("Qwen-Image-Lightning-4steps-V2.0.safetensors", 1);
    write("style.safetensors", 1);
    try (var pipeline = load(inFolder())) {
      var lightning =
          REQUEST
              .withGuidance(4, 1)
              .withAdapters(
                  List.of(AdapterChoice.at("Qwen-Image-Lightning-4steps-V2.0.safetensors", 1)));
      assertThat(pipeline.admit(lightning).sigmas())
          .containsExactly(1f, 0.899999976f, 0.75f, 0.5f, 0f);
      assertThat(pipeline.admit(lightning.withCanvas(128, 128)).sigmas())
          .isEqualTo(pipeline.admit(lightning).sigmas());
      var own = SchedulerFields.NONE.or(SchedulerFields.of(Map.of("max_shift", 0.9)));
      assertThat(pipeline.admit(lightning.withScheduler(own)).sigmas())
          .isNotEqualTo(pipeline.admit(lightning).sigmas());
      var style = lightning.withAdapters(List.of(AdapterChoice.at("style.safetensors", 1)));
      assertThat(pipeline.admit(style).sigmas())
          .isEqualTo(pipeline.admit(style.withAdapters(List.of())).sigmas())
          .isNotEqualTo(pipeline.admit(lightning).sigmas());
    }
  }

  @Test
  void aFileThatChangesIsAnotherAdapter() throws Exception {
    Path file = write("one.safetensors", 1);
    try (var pipeline = load(inFolder())) {
      var choice = List.of(AdapterChoice.at("one.safetensors", 1));
      byte[] before = pixels(pipeline, choice);
      var admitted = pipeline.admit(REQUEST.withAdapters(choice));
      var forgotten =
          pipeline.admit(REQUEST.withAdapters(List.of(AdapterChoice.at("one.safetensors", 2))));
      SampleAdapter.write(file, TINY, 4, 2);

      assertThat(pixels(pipeline, choice)).isNotEqualTo(before);
      // What was read before it changed is what was admitted, and what was not is gone.
      assertThat(pixels(pipeline, admitted)).isEqualTo(before);
      assertThatThrownBy(() -> pixels(pipeline, forgotten))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageEndingWith("has changed since the request was admitted");
    }
  }

  @Test
  void aNumberThatIsNoneIsRefusedByItsTensorAtTheStartAndInARequest() throws Exception {
    Path file = write("one.safetensors", 1);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, Float.NaN);
    Files.write(file, bytes);
    var start = List.of(new AdapterSettings.Start("one", file.toString(), 1));
    assertThatThrownBy(() -> load(new AdapterSettings(start, List.of(), false)))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining(".lora_B.weight': element")
        .hasMessageEndingWith("is NaN, must be a finite number");
    try (var pipeline = load(inFolder())) {
      assertThatThrownBy(() -> pixels(pipeline, List.of(AdapterChoice.at("one.safetensors", 1))))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("must be a finite number");
      pixels(pipeline, List.of());
    }
  }

  @Test
  void aModelWithoutAdaptersHasNoneAndSaysHowToGetThem() {
    try (var pipeline = load(AdapterSettings.NONE)) {
      assertThatThrownBy(() -> pixels(pipeline, List.of(AdapterChoice.at("one.safetensors", 1))))
          .hasMessageEndingWith("the start named neither --lora-path nor --lora-folders");
    }
  }

  @Test
  void memoryForAdaptersIsAskedForUntilTheyAreThere() {
    write("one.safetensors", 1);
    try (var pipeline = load(inFolder())) {
      var request = REQUEST.withAdapters(List.of(AdapterChoice.at("one.safetensors", 1)));
      long wanted = pipeline.admit(request).load().adapterBytes();
      assertThat(wanted).isPositive();
      pipeline.generate(request, event -> {}, new CancellationSignal());
      assertThat(pipeline.admit(request).load().adapterBytes()).isZero();
    }
  }

  private AdapterSettings inFolder() {
    return new AdapterSettings(List.of(), List.of(folder), false);
  }

  private Path write(String name, long seed) {
    return SampleAdapter.write(folder.resolve(name), TINY, 3, seed);
  }

  private static DiffusionPipeline load(AdapterSettings adapters) {
    AdapterShelf shelf = adapters.shelf();
    return PipelineLoader.load(
        new ModelSettings(TINY, Optional.empty(), Precision.FAST, Optional.empty(), adapters),
        shelf,
        OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  private static byte[] pixels(DiffusionPipeline pipeline, List<AdapterChoice> adapters) {
    return pixels(pipeline, pipeline.admit(REQUEST.withAdapters(adapters)));
  }

  private static byte[] pixels(DiffusionPipeline pipeline, AdmittedRequest admitted) {
    return pipeline
        .generate(admitted, event -> {}, new CancellationSignal())
        .getFirst()
        .pixels()
        .rgb();
  }

  private static int distance(byte[] one, byte[] other) {
    return IntStream.range(0, one.length)
        .map(i -> Math.abs(Byte.toUnsignedInt(one[i]) - Byte.toUnsignedInt(other[i])))
        .max()
        .orElse(0);
  }
}
