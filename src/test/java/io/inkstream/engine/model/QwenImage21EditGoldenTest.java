package io.inkstream.engine.model;

import static io.inkstream.Floats.assertClose;
import static io.inkstream.Floats.joined;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.StoredPictures;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Resample;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.pipeline.VisionImageProcessor;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.Sampling;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.EditTemplate;
import io.inkstream.engine.textencoder.PictureEmbeds;
import io.inkstream.engine.textencoder.Qwen3VLVisionTower;
import io.inkstream.engine.weights.WeightReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Edits with Qwen-Image-2.1 against diffusers' loop around other people's networks: what the eyes
/// get, embeddings, the given pictures' latents, every step's latents, decoded numbers, pixels.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QwenImage21EditGoldenTest {
  private static final double EMBEDS = 2e-4;
  private static final double LATENTS = 1e-3;
  private static final double MOMENTS = 1e-4;
  private static final double DECODED = 1e-4;
  private static final OnnxRuntime HOST = OnnxRuntime.start(RuntimeSettings.defaults());

  private final Map<String, DiffusionPipeline> pipelines = new HashMap<>();
  private final CancellationSignal signal = new CancellationSignal();

  OnnxRuntime runtime() {
    return HOST;
  }

  Runtimes runtimes() {
    return Runtimes.of(runtime());
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

  private Stream<DynamicTest> each(Consumer<Case> check) {
    return Goldens.tests(Set.of("edit-2.1"), _ -> true, check);
  }

  @TestFactory
  Stream<DynamicTest> picturesBecomeTheSamePatches() {
    return Goldens.tests(
        Set.of("edit-2.1"),
        golden -> golden.tensors().tensors().containsKey("pixel_values"),
        this::checkPatches);
  }

  private void checkPatches(Case golden) {
    List<float[]> patches = new ArrayList<>();
    for (Pixels picture : conditions(golden)) {
      patches.add(VisionImageProcessor.PUBLISHED_21.patches(picture.onWhite()).values());
    }

    assertClose(joined(patches), golden.tensors().floats("pixel_values"), 1e-6);
  }

  @TestFactory
  Stream<DynamicTest> promptAndPicturesBecomeTheSameEmbeddings() {
    return each(this::checkEmbeds);
  }

  private void checkEmbeds(Case golden) {
    List<PictureEmbeds> seen = new ArrayList<>();
    try (var tower = tower(golden)) {
      for (Pixels picture : conditions(golden)) {
        var patches = VisionImageProcessor.PUBLISHED_21.patches(picture.onWhite());
        var cells = patches.cells();
        seen.add(tower.read(patches.values(), cells.rows(), cells.columns(), signal));
      }
    }
    var onHost = new ModelSettings(golden.snapshot(), Optional.empty(), Precision.FAST);
    try (var encoder = PipelineLoader.loadPromptEncoder(onHost, HOST)) {
      var template = EditTemplate.QWEN_IMAGE_21;
      var embeds = encoder.encode(golden.texts("prompt").getFirst(), template, seen, signal);

      assertClose(embeds.values(), golden.tensors().floats("cond.prompt_embeds"), EMBEDS);
      int[] slots = golden.tensors().ints("image_slots");
      for (int at : encoder.placesOf(template, seen)) {
        assertThat(slots[at - 1]).isZero();
        assertThat(slots[at]).isOne();
      }
    }
  }

  private Qwen3VLVisionTower tower(Case golden) {
    var snapshot = QwenImageSnapshot.open(golden.snapshot(), Optional.empty());
    var config = snapshot.deepVisionConfig();
    var graph =
        HOST.load(
            new SessionGraphs(new WeightReader()).of(snapshot.visionGraph(DType.F32)),
            SessionSettings.of(Precision.FAST));
    return new Qwen3VLVisionTower(
        graph,
        config.sizes().headDim(),
        config.sizes().outHiddenSize(),
        config.positionSide(),
        config.deepBlocks().size());
  }

  @TestFactory
  Stream<DynamicTest> picturesBecomeTheSameMoments() {
    return each(this::checkMoments);
  }

  private void checkMoments(Case golden) {
    var vae = pipeline(golden).vae();
    var pictures = conditions(golden);
    for (int i = 0; i < pictures.size(); i++) {
      float[] sample = sample(pictures.get(i));
      String given = "vae_encode_input." + i;
      if (golden.tensors().tensors().containsKey(given)) {
        assertThat(sample).isEqualTo(golden.tensors().floats(given));
      }
      int height = pictures.get(i).height() / vae.scale();
      int width = pictures.get(i).width() / vae.scale();

      float[] moments = vae.encode(sample, height, width, signal).moments();

      assertClose(moments, golden.tensors().floats("vae_encode_moments." + i), MOMENTS);
    }
  }

  private static float[] sample(Pixels pixels) {
    byte[] alpha = pixels.alpha().orElseThrow().samples();
    int area = alpha.length;
    float[] sample = new float[4 * area];
    for (int i = 0; i < sample.length; i++) {
      int pixel = i % area;
      byte level = i / area == 3 ? alpha[pixel] : pixels.rgb()[3 * pixel + i / area];
      sample[i] = (level & 0xff) / 255f * 2 - 1;
    }
    return sample;
  }

  @TestFactory
  Stream<DynamicTest> drawsWhatDiffusersDraws() {
    return each(this::checkPictures);
  }

  private void checkPictures(Case golden) {
    // Given
    var expected = golden.tensors();
    List<float[]> latents = new ArrayList<>();

    // When
    var admitted = pipeline(golden).admit(request(golden));
    var images =
        pipeline(golden)
            .generate(
                admitted,
                event -> {
                  if (event instanceof StepMade step) {
                    step.latents().forEach(values -> latents.add(values.clone()));
                  }
                },
                signal);

    // Then
    assertThat(admitted.sigmas()).isEqualTo(expected.floats("sigmas"));
    assertClose(joined(latents), expected.floats("latents"), LATENTS);
    checkDecoded(golden, latents.getLast());
    QwenImage21GoldenTest.assertPixels(images, expected.ints("image"));
  }

  private void checkDecoded(Case golden, float[] tokens) {
    var vae = pipeline(golden).vae();
    int area = tokens.length / vae.channels();
    float[] latents = new float[tokens.length];
    for (int i = 0; i < latents.length; i++) {
      latents[i] = tokens[i % area * vae.channels() + i / area];
    }
    vae.denormalize(latents);
    var shape = golden.tensors().tensor("decoded").shape();
    int height = (int) shape.dim(2) / vae.scale();
    int width = (int) shape.dim(3) / vae.scale();

    float[] decoded = vae.decode(latents, height, width, signal);

    assertClose(decoded, golden.tensors().floats("decoded"), DECODED);
  }

  private DiffusionPipeline pipeline(Case golden) {
    return pipelines.computeIfAbsent(
        golden.snapshot().toString(),
        _ -> {
          long area = (long) resolution(golden) * resolution(golden);
          return load(settings(golden), new Areas(area, area));
        });
  }

  DiffusionPipeline load(ModelSettings settings, Areas areas) {
    return PipelineLoader.load(settings, runtimes(), areas);
  }

  private ModelSettings settings(Case golden) {
    return new ModelSettings(golden.snapshot(), Optional.empty(), precision());
  }

  private static int resolution(Case golden) {
    return golden.settings().get("output_resolution").asInt();
  }

  private static List<Pixels> inputs(Case golden) {
    List<Pixels> pictures = new ArrayList<>();
    for (int i = 0; golden.tensors().tensors().containsKey("input_image." + i); i++) {
      pictures.add(StoredPictures.pixels(golden.tensors(), "input_image." + i));
    }
    return pictures;
  }

  /// The given pictures in the sizes of conditions.
  private static List<Pixels> conditions(Case golden) {
    var shapes = golden.settings().get("img_shapes").get(0);
    List<Pixels> resized = new ArrayList<>();
    for (Pixels input : inputs(golden)) {
      var shape = shapes.get(resized.size());
      resized.add(Resample.lanczos(input, 16 * shape.get(2).asInt(), 16 * shape.get(1).asInt()));
    }
    return resized;
  }

  private static GenerationRequest request(Case golden) {
    var settings = golden.settings();
    var pictures = inputs(golden).stream().map(InputPicture::of).toList();
    return new GenerationRequest(
            Texts.of(golden.texts("prompt"), List.of()),
            new Canvas(settings.get("W").asInt(), settings.get("H").asInt()),
            new Draws(List.of(settings.get("seed").asLong()), 1),
            new Guidance(settings.get("steps").asInt(), 1),
            Sampling.EXACT)
        .withInputs(InputPictures.of(pictures).withSetSize(false));
  }
}
