package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `both-ends` and `guarded` in every pipeline: from words, from a picture, under a mask, by
/// instruction; with guidance and without, one picture and several.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForecastOfAnyPictureTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Areas SMALL = new Areas(96 * 96, 56 * 56);
  private static final InputPictures PICTURE = InputPictures.of(List.of(picture(64, 64)));
  private static final int RIGHT = 3; // the last token of the first row
  private static final InputMask LEFT = InputMask.of(new Plane(2, 1, new byte[] {(byte) 255, 0}));
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a red apple")
          .withCanvas(64, 64)
          .withGuidance(20, 4)
          .withDraws(Draws.of(1));

  private DiffusionPipeline drawing;
  private DiffusionPipeline editing;
  private DiffusionPipeline editingSeveral;

  @BeforeAll
  void load(@TempDir Path temp) {
    drawing = load(ModelFiles.of(TINY));
    editing = load(EditSnapshot.of(TINY, temp.resolve("edit"), "QwenImageEditPipeline"));
    editingSeveral = load(EditSnapshot.of(TINY, temp.resolve("plus"), "QwenImageEditPlusPipeline"));
  }

  private static DiffusionPipeline load(ModelFiles files) {
    var settings =
        new ModelSettings(
            files, Precision.FAST, Optional.empty(), AdapterSettings.NONE, Optional.empty());
    return PipelineLoader.load(
        settings, Runtimes.of(OnnxRuntime.start(RuntimeSettings.defaults())), SMALL);
  }

  @AfterAll
  void close() {
    List.of(drawing, editing, editingSeveral).forEach(DiffusionPipeline::close);
    assertThat(Tensor.open()).isZero();
  }

  /// What one drawing was.
  ///
  /// @param latents of its last step
  private record Drawn(
      List<Pixels> pixels, List<Integer> steps, float[] latents, ForecastSummary forecast) {}

  @ParameterizedTest
  @CsvSource({
    "both-ends, 0.5, 10, 5",
    "both-ends, 0.3, 6, 3",
    "both-ends, 1, 20, 10",
    "guarded, 0.5, 10, 5",
    "guarded, 0.3, 6, 3",
    "guarded, 0.05, 1, 1"
  })
  void ofAPictureDrawnAnewTheStepsThatStrengthLeavesAreShared(
      String policy, double strength, int executed, int planned) {
    // When
    var drawn = draw(drawing, withPicture(strength).withApproximation(forecast(policy, 0.5)));

    // Then
    assertThat(drawn.steps()).hasSize(executed).first().isEqualTo(1);
    assertThat(drawn.forecast().steps()).isEqualTo(executed);
    assertThat(drawn.forecast().computed())
        .as("the first and the last that are made")
        .contains(1, executed)
        .isSubsetOf(drawn.steps())
        .hasSizeGreaterThanOrEqualTo(planned);
    if (policy.equals("both-ends")) {
      assertThat(drawn.forecast().computed()).hasSize(planned);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"both-ends", "guarded"})
  void aShareOfOneIsThePictureOfAllStepsHoweverItIsDrawn(String policy) {
    for (double guidance : List.of(1.0, 4.0)) {
      for (GenerationRequest request : List.of(REQUEST, withPicture(0.5), withMask())) {
        var full = request.withGuidance(10, guidance);
        assertThat(draw(drawing, full.withApproximation(forecast(policy, 1))).pixels())
            .isEqualTo(pixels(drawing, full));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"both-ends", "guarded"})
  void underAMaskWhatIsNotDrawnStaysThePictures(String policy) {
    var half = draw(drawing, withMask().withApproximation(forecast(policy, 0.5)));
    var all = draw(drawing, withMask().withApproximation(forecast(policy, 1)));

    assertThat(half.forecast().computed()).hasSizeLessThan(10);
    assertThat(token(half, RIGHT)).isEqualTo(token(all, RIGHT));
    assertThat(token(half, 0)).isNotEqualTo(token(all, 0));
  }

  private static float[] token(Drawn drawn, int token) {
    return Arrays.copyOfRange(drawn.latents(), 64 * token, 64 * (token + 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 4})
  void picturesOfABatchAreThoseDrawnAlone(double guidance) {
    var request = REQUEST.withGuidance(20, guidance).withApproximation(forecast("both-ends", 0.5));
    var both = draw(drawing, request.withDraws(Draws.of(1, 2)));
    var second = draw(drawing, request.withDraws(Draws.of(2)));

    assertThat(both.pixels().getLast()).isEqualTo(second.pixels().getFirst());
    assertThat(both.forecast().errors()).hasSize(2);
    assertThat(both.forecast().errors().getLast()).isEqualTo(second.forecast().errors().getFirst());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 4})
  void aGuardedBatchComputesWhatItsWorstPictureNeeds(double guidance) {
    var request = REQUEST.withGuidance(20, guidance).withApproximation(forecast("guarded", 0.34));
    var both = draw(drawing, request.withDraws(Draws.of(1, 2))).forecast();
    int first = draw(drawing, request).forecast().computed().size();
    int second = draw(drawing, request.withDraws(Draws.of(2))).forecast().computed().size();

    assertThat(both.errors()).hasSize(2);
    assertThat(both.computed()).hasSizeGreaterThanOrEqualTo(Math.max(first, second));
  }

  @Test
  void anEditIsForecastAsAnyPicture() {
    var one = REQUEST.withGuidance(10, 1).withInputs(PICTURE);
    var two =
        REQUEST
            .withGuidance(10, 1)
            .withInputs(InputPictures.of(List.of(picture(48, 32), picture(32, 48))));

    for (String policy : List.of("both-ends", "guarded")) {
      var edited = draw(editing, one.withApproximation(forecast(policy, 0.5)));
      assertThat(edited.steps()).hasSize(10);
      assertThat(edited.forecast().computed()).contains(1, 10).hasSizeBetween(5, 10);
      var joined = draw(editingSeveral, two.withApproximation(forecast(policy, 0.5)));
      assertThat(joined.forecast().computed()).contains(1, 10).hasSizeBetween(5, 10);
    }
  }

  private static Drawn draw(DiffusionPipeline pipeline, GenerationRequest request) {
    var journal = new DrawingJournal();
    List<Integer> steps = new ArrayList<>();
    float[][] last = new float[1][];
    Consumer<DrawingEvent> looking =
        event -> {
          if (event instanceof StepMade step) {
            steps.add(step.step());
            last[0] = step.latents().getFirst().clone();
          }
        };
    var pixels = pixels(pipeline, request, journal.andThen(looking));
    return new Drawn(pixels, steps, last[0], journal.forecast().orElseThrow());
  }

  private static List<Pixels> pixels(DiffusionPipeline pipeline, GenerationRequest request) {
    return pixels(pipeline, request, _ -> {});
  }

  private static List<Pixels> pixels(
      DiffusionPipeline pipeline, GenerationRequest request, Consumer<DrawingEvent> listener) {
    return pipeline.generate(request, listener, new CancellationSignal()).stream()
        .map(image -> image.pixels())
        .toList();
  }

  private static Approximation forecast(String policy, double share) {
    return new Approximation.Forecast(
        ForecastFields.of(Map.of("policy", policy, "share", share)).params());
  }

  private static GenerationRequest withPicture(double strength) {
    return REQUEST.withInputs(PICTURE.withStrength(strength));
  }

  private static GenerationRequest withMask() {
    return REQUEST.withInputs(PICTURE.withStrength(0.5).withMask(LEFT));
  }

  private static InputPicture picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(3).nextBytes(rgb);
    return InputPicture.of(new Pixels(width, height, rgb));
  }
}
