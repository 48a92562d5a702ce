package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An edit of sixteen pictures ends where it is when nobody wants it any more.
@Timeout(120)
class CancelledEditTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a cat")
          .withGuidance(4, 4)
          .withCanvas(64, 64)
          .withSteps(50)
          .withInputs(InputPictures.of(Collections.nCopies(16, picture())));

  @TempDir Path temp;

  private final CancellationSignal signal = new CancellationSignal();
  private final List<Stage> stages = new CopyOnWriteArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void whileTheFirstPicturesAreRead() {
    cancelledIn(Stage.IMAGE_ENCODING, Areas.PUBLISHED);

    assertThat(stages).containsExactly(Stage.IMAGE_ENCODING);
  }

  @Test
  void whileTheTextEncoderReadsTheirRows() {
    cancelledIn(Stage.TEXT_ENCODING, new Areas(64 * 64, 256 * 256));

    assertThat(stages).containsExactly(Stage.IMAGE_ENCODING, Stage.TEXT_ENCODING);
  }

  @Test
  void whileTheTransformerSeesThemAll() {
    cancelledIn(Stage.DENOISING, new Areas(256 * 256, 64 * 64));

    assertThat(stages).endsWith(Stage.DENOISING);
  }

  /// Cancelled from another thread as soon as a network of that stage has its tensors.
  private void cancelledIn(Stage stage, Areas areas) {
    try (var pipeline = load(areas)) {
      Thread.ofVirtual()
          .start(() -> {
            Await.until("it runs", () -> stages.contains(stage) && Tensor.open() > 0);
            signal.cancel();
          });
      assertThatThrownBy(() -> pipeline.generate(REQUEST, this::heard, signal))
          .isInstanceOf(CancelledException.class);
    }
  }

  private void heard(DrawingEvent event) {
    if (event instanceof StageBegan(Stage stage)) {
      stages.add(stage);
    }
  }

  private DiffusionPipeline load(Areas areas) {
    var files = EditSnapshot.of(TINY, temp.resolve("plus"), "QwenImageEditPlusPipeline");
    var settings =
        new ModelSettings(
            files, Precision.FAST, Optional.empty(), AdapterSettings.NONE, Optional.empty());
    return PipelineLoader.load(
        settings, Runtimes.of(OnnxRuntime.start(RuntimeSettings.defaults())), areas);
  }

  private static InputPicture picture() {
    byte[] rgb = new byte[3 * 64 * 64];
    new Random(3).nextBytes(rgb);
    return InputPicture.of(new Pixels(64, 64, rgb));
  }
}
