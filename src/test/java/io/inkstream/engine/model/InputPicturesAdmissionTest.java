package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What requests with pictures come to, by the model that they are for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputPicturesAdmissionTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final InputPicture PICTURE = picture(48, 32);
  private static final InputMask MASK = InputMask.of(new Plane(1, 1, new byte[] {(byte) 255}));
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a cat").withGuidance(4, 4).withCanvas(64, 64);

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
    return PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  @AfterAll
  void close() {
    drawing.close();
    editing.close();
    editingSeveral.close();
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void aModelSaysWhatItCanBeAskedFor() {
    assertThat(drawing.tasks())
        .containsExactlyInAnyOrder(Task.TEXT_TO_IMAGE, Task.IMAGE_TO_IMAGE, Task.INPAINTING);
    assertThat(editing.tasks()).containsExactly(Task.IMAGE_EDIT);
  }

  @Test
  void whatAModelCannotDoIsRefusedInOneLine() {
    var two = InputPictures.of(List.of(PICTURE, PICTURE));
    var one = InputPictures.of(List.of(PICTURE));
    assertRefused(() -> drawing.admit(REQUEST.withInputs(two)), "image", "a list of 2");
    assertRefused(() -> editing.admit(REQUEST), "image", "image is missing, must be given");
    assertRefused(() -> editing.admit(REQUEST.withInputs(two)), "image", "edits one");
    assertRefused(() -> editing.admit(REQUEST.withInputs(one.withMask(MASK))), "mask", "given");
    assertRefused(
        () -> editing.admit(REQUEST.withInputs(one.withStrength(0.5))), "strength", "given");
  }

  private static void assertRefused(ThrowingCallable call, String parameter, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InvalidRequestException.class,
            refused -> assertThat(refused.parameter()).isEqualTo(parameter))
        .hasMessageContaining(words);
  }

  @Test
  void strengthIsTheShareOfTheStepsThatIsMade() {
    var admitted =
        drawing.admit(
            REQUEST.withSteps(10).withInputs(InputPictures.of(List.of(PICTURE)).withStrength(0.3)));
    assertThat(admitted.load().steps()).isEqualTo(3);
    assertThat(admitted.sigmas()).hasSize(4);
    assertThat(
            drawing
                .admit(REQUEST.withInputs(InputPictures.of(List.of(PICTURE)).withStrength(0.01)))
                .load()
                .steps())
        .as("the last one at least")
        .isEqualTo(1);
  }

  @Test
  void aPictureSetsTheSizeWithinTheAreaOfTheCanvas() {
    assertThat(size(drawing, 48, 32)).isEqualTo(new Canvas(48, 32));
    assertThat(size(drawing, 400, 100)).isEqualTo(new Canvas(128, 32));
    // calculate_dimensions of diffusers: multiples of 32 in about the area
    assertThat(size(editing, 400, 100)).isEqualTo(new Canvas(128, 32));
    var pictures = InputPictures.of(List.of(picture(400, 100), picture(100, 400)));
    assertThat(editingSeveral.admit(REQUEST.withInputs(pictures)).request().canvas())
        .as("of the last picture")
        .isEqualTo(new Canvas(32, 128));
  }

  private static Canvas size(DiffusionPipeline pipeline, int width, int height) {
    var pictures = InputPictures.of(List.of(picture(width, height)));
    return pipeline.admit(REQUEST.withInputs(pictures)).request().canvas();
  }

  @Test
  void sixteenPicturesAreOneEdit() {
    var pictures = InputPictures.of(Collections.nCopies(16, PICTURE));
    assertThat(editingSeveral.admit(REQUEST.withInputs(pictures)).load().given().beside())
        .hasSize(16);
  }

  @Test
  void aPictureOfABatchIsTheOneOfItsSeedAlone() {
    var inputs = InputPictures.of(List.of(PICTURE)).withStrength(0.75);
    var both = draw(REQUEST.withInputs(inputs).withDraws(Draws.of(5, 6)));
    var alone = draw(REQUEST.withInputs(inputs).withDraws(Draws.of(6)));
    assertThat(both.getLast().pixels()).isEqualTo(alone.getFirst().pixels());
    assertThat(both.getFirst().pixels()).isNotEqualTo(alone.getFirst().pixels());
  }

  private List<GeneratedImage> draw(GenerationRequest request) {
    return drawing.generate(request, _ -> {}, new CancellationSignal());
  }

  @Test
  void aMaskThatIsBlackKeepsThePictureAndOneThatIsWhiteDoesNot() {
    var inputs = InputPictures.of(List.of(PICTURE)).withStrength(1);
    var black = InputMask.of(new Plane(2, 2, new byte[4]));
    var words = REQUEST.withInputs(inputs.withMask(black));
    var other = words.withTexts(words.texts().withPrompts(List.of("a dog on a roof")));
    assertThat(draw(words).getFirst().pixels()).isEqualTo(draw(other).getFirst().pixels());
    assertThat(draw(words.withInputs(inputs.withMask(MASK))).getFirst().pixels())
        .isEqualTo(draw(REQUEST.withInputs(inputs)).getFirst().pixels());
  }

  @Test
  void stagesAndStepsAreTold() {
    List<Stage> stages = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    drawing.generate(
        REQUEST.withInputs(InputPictures.of(List.of(PICTURE)).withStrength(0.5)),
        event -> {
          if (event instanceof StageBegan(Stage stage)) {
            stages.add(stage);
          }
          if (event instanceof StepMade step) {
            steps.add(step.steps());
          }
        },
        new CancellationSignal());
    assertThat(stages)
        .containsExactly(
            Stage.IMAGE_ENCODING, Stage.TEXT_ENCODING, Stage.DENOISING, Stage.DECODING);
    assertThat(steps).containsExactly(2, 2);
  }

  @Test
  void aCancelBeforeThePictureIsEncodedEndsIt() {
    var signal = new CancellationSignal();
    signal.cancel();
    assertThatThrownBy(() ->
            editing.generate(
                REQUEST.withInputs(InputPictures.of(List.of(PICTURE))), _ -> {}, signal))
        .isInstanceOf(CancelledException.class);
  }

  @Test
  void conditionsTakeMemoryAsDrawnPicturesDo() {
    var words = drawing.admit(REQUEST).load();
    var edit = editing.admit(REQUEST.withInputs(InputPictures.of(List.of(PICTURE)))).load();
    assertThat(edit.streamTokens()).isGreaterThan(words.streamTokens() + 4000);
    assertThat(edit.vaePixels()).isGreaterThan(1_000_000);
    assertThat(edit.textTokens()).isGreaterThan(words.textTokens() + 1000);
  }

  private static InputPicture picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(3).nextBytes(rgb);
    return InputPicture.of(new Pixels(width, height, rgb));
  }
}
