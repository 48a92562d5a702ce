package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.weights.SafetensorsFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// However a request ends, it leaves no native tensor behind, and the pipeline lives on.
class NativeMemoryTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @TempDir private Path temp;

  private static DiffusionPipeline load(Path snapshot, Precision precision) {
    return PipelineLoader.load(
        new ModelSettings(snapshot, Optional.empty(), precision),
        OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  private static GenerationRequest request(int size, int steps) {
    return GenerationRequest.of("a red apple")
        .withCanvas(size, size)
        .withSteps(steps)
        .withDraws(new Draws(List.of(1L), 2));
  }

  @ParameterizedTest
  @MethodSource("io.inkstream.engine.tensor.Precision#onProcessor")
  void nothingIsLeftAfterSuccess(Precision precision) {
    try (var pipeline = load(TINY, precision)) {
      var images = pipeline.generate(request(64, 3), event -> {}, new CancellationSignal());

      assertThat(images).hasSize(2);
      assertThat(Tensor.open()).isZero();
    }
    assertThat(Subgraph.open()).isZero();
  }

  @Test
  void nothingIsLeftAfterACancelBetweenSteps() {
    try (var pipeline = load(TINY, Precision.FAST)) {
      // Given
      var signal = new CancellationSignal();
      List<Integer> steps = new ArrayList<>();
      Consumer<DrawingEvent> listener =
          event -> {
            if (event instanceof StepMade step) {
              steps.add(step.step());
              if (step.step() == 2) {
                signal.cancel();
              }
            }
          };

      // When
      assertThatThrownBy(() -> pipeline.generate(request(64, 1000), listener, signal))
          .isInstanceOf(CancelledException.class);

      // Then
      assertThat(steps).containsExactly(1, 2);
      assertThat(Tensor.open()).isZero();
      assertThat(pipeline.generate(request(64, 1), event -> {}, new CancellationSignal()))
          .hasSize(2);
    }
  }

  @Test
  void aCancelFromAnotherThreadEndsARunningSubgraph() throws InterruptedException {
    try (var pipeline = load(TINY, Precision.FAST)) {
      // Given: a picture large enough that the signal arrives inside a graph
      var signal = new CancellationSignal();
      var started = new CountDownLatch(1);
      Consumer<DrawingEvent> listener =
          event -> {
            if (event instanceof StageBegan(Stage stage)) {
              if (stage == Stage.DENOISING) {
                started.countDown();
              }
            }
          };
      var failure = new AtomicReference<Throwable>();
      var worker =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
              .start(() -> pipeline.generate(request(1024, 1000), listener, signal));

      // When
      started.await();
      long before = Subgraph.runs();
      Await.until("some blocks have run", () -> Subgraph.runs() > before + 3);
      signal.cancel();
      long atCancel = Subgraph.runs();
      worker.join();

      // Then: the block that was running may have been at its end, and no other began
      assertThat(Subgraph.runs() - atCancel).isLessThanOrEqualTo(1);
      assertThat(failure.get()).isInstanceOf(CancelledException.class);
      assertThat(Tensor.open()).isZero();
    }
  }

  @Test
  void nothingIsLeftAfterAFailureAndTheMessageSaysWhere() throws IOException {
    Path broken = copyOf(TINY);
    overwriteWithNaN(
        broken.resolve("transformer/diffusion_pytorch_model-00001-of-00002.safetensors"),
        "proj_out.bias");
    try (var pipeline = load(broken, Precision.FAST)) {
      assertThatThrownBy(
              () -> pipeline.generate(request(64, 3), event -> {}, new CancellationSignal()))
          .hasMessageContaining("step 1 gave NaN");
      assertThat(Tensor.open()).isZero();
    }
    assertThat(Subgraph.open()).isZero();
  }

  @Test
  void aPictureTooLargeForTheMemoryIsRefusedBeforeWorkStarts() {
    try (var pipeline = load(TINY, Precision.FAST)) {
      assertThatThrownBy(
              () -> pipeline.generate(request(30_000, 3), event -> {}, new CancellationSignal()))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("30000x30000")
          .hasMessageContaining("of memory");
      assertThat(Tensor.open()).isZero();
    }
  }

  private Path copyOf(Path snapshot) throws IOException {
    try (var files = Files.walk(snapshot)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            temp.resolve(snapshot.relativize(file).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return temp;
  }

  private static void overwriteWithNaN(Path file, String tensor) throws IOException {
    var entry = SafetensorsFile.open(file).tensor(tensor);
    try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(entry.offset());
      for (long i = 0; i < entry.length(); i++) {
        raw.write(0xFF);
      }
    }
  }
}
