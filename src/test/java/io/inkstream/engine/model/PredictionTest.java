package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What a step promises, of the pocket model's apple.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionTest {
  private static final int STEPS = 8;

  private DiffusionPipeline pipeline;

  @BeforeAll
  void load() {
    var pocket = Path.of("src/main/models/qwen-image-pocket");
    pipeline =
        PipelineLoader.load(
            new ModelSettings(pocket, Optional.empty(), Precision.FAST),
            OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  @AfterAll
  void close() {
    pipeline.close();
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  @Test
  void afterTheLastStepItIsThePictureItself() {
    List<Pixels> promised = new ArrayList<>();

    List<GeneratedImage> images =
        draw(
            2,
            128,
            step -> {
              promised.clear();
              promised.add(step.prediction().picture(0));
              promised.add(step.prediction().picture(1));
            });

    assertThat(promised).containsExactly(images.get(0).pixels(), images.get(1).pixels());
  }

  @Test
  void askingChangesNothing() {
    var asked =
        draw(
            1,
            64,
            step -> {
              var _ = step.prediction().sketch(0);
              var _ = step.prediction().smallPicture(0);
            });
    assertThat(asked.getFirst().pixels()).isEqualTo(draw(1, 64, step -> {}).getFirst().pixels());
  }

  @Test
  void nothingIsDecodedUnlessAsked() {
    long before = Subgraph.runs();
    draw(1, 64, step -> assertThat(step.prediction().images()).isEqualTo(1));
    long unasked = Subgraph.runs() - before;
    draw(1, 64, step -> step.prediction().picture(0));
    assertThat(Subgraph.runs() - before).isEqualTo(2 * unasked + STEPS);
  }

  @Test
  void aSketchIsTheBlurredPicture() {
    List<Pixels> sketches = new ArrayList<>();
    Pixels picture =
        draw(1, 256, step -> sketches.add(step.prediction().sketch(0))).getFirst().pixels();

    Pixels last = sketches.getLast();
    assertThat(last.width() + "x" + last.height()).isEqualTo("256x256");
    assertThat(difference(last, picture)).isLessThan(24);
    // Each step comes nearer, and the first is no noise.
    assertThat(difference(sketches.getFirst(), picture)).isLessThan(64);
    assertThat(difference(last, picture)).isLessThan(difference(sketches.getFirst(), picture));
  }

  @Test
  void smallPicturesOfLargeOnesHaveAtMost512PixelsASide() {
    List<String> sizes = new ArrayList<>();
    var request = request(1, 1040, 64, 1);
    var _ =
        pipeline.generate(
            request,
            listener(step -> {
              sizes.add(size(step.prediction().picture(0)));
              sizes.add(size(step.prediction().smallPicture(0)));
              sizes.add(size(step.prediction().sketch(0)));
            }),
            new CancellationSignal());
    // 130 x 8 latents: averaged by threes; enlarged by three.
    assertThat(sizes).containsExactly("1040x64", "344x16", "390x24");
  }

  private List<GeneratedImage> draw(int images, int side, Consumer<StepMade> onStep) {
    return pipeline.generate(
        request(images, side, side, STEPS), listener(onStep), new CancellationSignal());
  }

  private static GenerationRequest request(int images, int width, int height, int steps) {
    return GenerationRequest.of("a red apple")
        .withCanvas(width, height)
        .withSteps(steps)
        .withDraws(new Draws(List.of(42L), images));
  }

  private static Consumer<DrawingEvent> listener(Consumer<StepMade> onStep) {
    return event -> {
      if (event instanceof StepMade step) {
        onStep.accept(step);
      }
    };
  }

  private static String size(Pixels pixels) {
    return pixels.width() + "x" + pixels.height();
  }

  /// Mean absolute difference of the levels.
  private static double difference(Pixels a, Pixels b) {
    long sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      sum += Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff));
    }
    return (double) sum / a.rgb().length;
  }
}
