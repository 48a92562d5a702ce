package io.inkstream.cli.fitting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recordings outlive an interruption.
class FittingRecordTest {
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a pear").withCanvas(64, 64).withSteps(6).withDraws(Draws.of(1));

  @TempDir private Path temp;

  @Test
  void anInterruptedRecordingGoesOnWhereItStopped() throws IOException {
    var settings =
        new ModelSettings(
            Path.of("src/test/resources/goldens/tiny"), Optional.empty(), Precision.FAST);
    try (var pipeline =
        PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()))) {
      // Given
      var whole = record(pipeline, "whole");
      draw(pipeline, whole, new CancellationSignal(), 99);
      var broken = record(pipeline, "broken");
      var signal = new CancellationSignal();
      assertThatThrownBy(() -> draw(pipeline, broken, signal, 3))
          .isInstanceOf(CancelledException.class);
      Files.write(broken.file(), new byte[100], StandardOpenOption.APPEND); // half a step
      assertThat(broken.made()).isEqualTo(3);
      assertThat(broken.isComplete()).isFalse();

      // When
      var steps = draw(pipeline, broken, new CancellationSignal(), 99);

      // Then
      assertThat(steps).containsExactly(4, 5, 6);
      assertThat(broken.isComplete()).isTrue();
      assertThat(broken.file()).hasSameBinaryContentAs(whole.file());
      assertThat(broken.latents(6)).isEqualTo(whole.latents(6));
    }
  }

  private FittingRecord record(DiffusionPipeline pipeline, String name) {
    var admitted = pipeline.admit(REQUEST);
    return new FittingRecord(
        temp.resolve(name), admitted.sigmas(), pipeline.noise(admitted).getFirst());
  }

  private static List<Integer> draw(
      DiffusionPipeline pipeline, FittingRecord record, CancellationSignal signal, int cancelAt)
      throws IOException {
    List<Integer> steps = new ArrayList<>();
    try (var denoising = pipeline.denoise(pipeline.admit(REQUEST), signal)) {
      record.draw(
          denoising,
          step -> {
            steps.add(step);
            if (step == cancelAt) {
              signal.cancel();
            }
          });
    }
    return steps;
  }
}
