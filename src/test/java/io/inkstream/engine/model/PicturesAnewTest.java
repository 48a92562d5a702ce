package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Reuse;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.pipeline.TokenCounts;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.weights.SampleAdapter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Forecasts, samplers, caches and adapters where pictures begin with pictures, on a model of a few
/// blocks.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PicturesAnewTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final int STEPS = 12;
  private static final double STRENGTH = 0.5;

  /// What is made of the pictures.
  private enum Kind {
    IMAGE_TO_IMAGE("QwenImagePipeline", 1, STEPS / 2),
    INPAINTING("QwenImagePipeline", 1, STEPS / 2),
    EDIT("QwenImageEditPipeline", 1, STEPS),
    EDIT_PLUS("QwenImageEditPlusPipeline", 2, STEPS);

    final String pipeline;
    final int pictures;
    final int made;

    /// @param made steps of [#STEPS]
    Kind(String pipeline, int pictures, int made) {
      this.pipeline = pipeline;
      this.pictures = pictures;
      this.made = made;
    }

    InputPictures inputs() {
      var given = InputPictures.of(IntStream.range(0, pictures).mapToObj(Kind::picture).toList());
      return switch (this) {
        case IMAGE_TO_IMAGE -> given.withStrength(STRENGTH);
        case INPAINTING -> given.withStrength(STRENGTH).withMask(InputMask.of(leftHalf()));
        case EDIT, EDIT_PLUS -> given;
      };
    }

    private static InputPicture picture(int seed) {
      byte[] rgb = new byte[3 * 64 * 64];
      new Random(seed).nextBytes(rgb);
      return InputPicture.of(new Pixels(64, 64, rgb));
    }

    private static Plane leftHalf() {
      byte[] white = new byte[64 * 64];
      for (int i = 0; i < white.length; i++) {
        white[i] = (byte) (i % 64 < 32 ? 255 : 0);
      }
      return new Plane(64, 64, white);
    }
  }

  @TempDir private static Path folder;
  private final Map<Kind, DiffusionPipeline> loaded = new EnumMap<>(Kind.class);

  @AfterAll
  void close() {
    loaded.values().forEach(DiffusionPipeline::close);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void stepsAreCountedOfThoseThatAreMade(Kind kind) {
    var steps = steps(kind, request(kind));

    assertThat(steps.stream().map(StepMade::step))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, kind.made).boxed().toList());
    assertThat(steps).allMatch(step -> step.steps() == kind.made);
  }

  @ParameterizedTest
  @EnumSource
  void tokensOfPicturesAmongThePromptAreCountedApart(Kind kind) {
    // of the words and of what ends their template, as without pictures
    assertThat(tokens(kind, kind.inputs()).text()).isEqualTo(10);
    assertThat(tokens(kind, kind.inputs()).given() > 0)
        .isEqualTo(kind == Kind.EDIT || kind == Kind.EDIT_PLUS);
  }

  @Test
  void twoPicturesAreTwiceTheTokensOfOne() {
    var one = InputPictures.of(List.of(Kind.picture(0)));

    assertThat(tokens(Kind.EDIT_PLUS, Kind.EDIT_PLUS.inputs()).given())
        .isEqualTo(2 * tokens(Kind.EDIT_PLUS, one).given());
  }

  private TokenCounts tokens(Kind kind, InputPictures inputs) {
    var journal = new DrawingJournal();
    draw(kind, request(kind).withInputs(inputs.withSetSize(false)), journal);
    return journal.tokens();
  }

  @ParameterizedTest
  @EnumSource
  void aForecastOfAllStepsChangesNoBit(Kind kind) {
    assertThat(draw(kind, request(kind).withApproximation(forecast(1))))
        .isEqualTo(draw(kind, request(kind)));
  }

  @ParameterizedTest
  @EnumSource
  void inPartsTheyAreTheSamePictures(Kind kind) {
    for (var seeds : List.of(List.of(3L), List.of(3L, 4L, 5L))) {
      var request = request(kind).withDraws(new Draws(seeds, 3));
      var admitted = pipeline(kind).admit(request);
      assertThat(admitted.mostParts()).isEqualTo(3);
      var parts =
          admitted.parts(2).stream()
              .flatMap(part ->
                  pipeline(kind).generate(part, event -> {}, new CancellationSignal()).stream())
              .toList();
      assertThat(parts).extracting(GeneratedImage::index).containsExactly(0, 1, 2);
      assertThat(parts)
          .extracting(GeneratedImage::pixels)
          .isEqualTo(draw(kind, request))
          .doesNotHaveDuplicates();
    }
  }

  /// round(12 (j/6)^1.5), and of 6 steps round(6 (j/3)^1.5).
  @ParameterizedTest
  @EnumSource
  void aForecastComputesItsShareOfTheStepsThatAreMade(Kind kind) {
    var journal = new DrawingJournal();

    var pictures = draw(kind, request(kind).withApproximation(forecast(0.5)), journal);

    assertThat(journal.forecastSteps()).hasSize(kind.made);
    assertThat(journal.forecast().orElseThrow().computed())
        .isEqualTo(kind.made == STEPS ? List.of(1, 2, 3, 5, 8, 10) : List.of(1, 2, 4));
    assertThat(pictures).isNotEqualTo(draw(kind, request(kind)));
  }

  @ParameterizedTest
  @EnumSource
  void forecastPicturesOfABatchAreThoseDrawnAlone(Kind kind) {
    var forecast = request(kind).withApproximation(forecast(0.5));
    var both = draw(kind, forecast.withDraws(Draws.of(1, 2)));

    assertThat(both)
        .isEqualTo(
            List.of(
                draw(kind, forecast.withDraws(Draws.of(1))).getFirst(),
                draw(kind, forecast.withDraws(Draws.of(2))).getFirst()));
  }

  @ParameterizedTest
  @EnumSource
  void aSamplerWithAMemoryBeginsAnewAtTheFirstStepThatIsMade(Kind kind) {
    var euler = latents(kind, request(kind));
    var ab2 = latents(kind, request(kind).withSampler(Sampler.AB2));

    assertThat(ab2.getFirst()).isEqualTo(euler.getFirst());
    assertThat(ab2.get(1)).isNotEqualTo(euler.get(1));
  }

  /// Strength leaves one step: there is nothing to remember.
  @Test
  void oneStepIsThatOfEuler() {
    var kind = Kind.IMAGE_TO_IMAGE;
    var one = request(kind).withInputs(kind.inputs().withStrength(1.0 / STEPS));

    assertThat(steps(kind, one)).hasSize(1);
    assertThat(draw(kind, one.withSampler(Sampler.AB2))).isEqualTo(draw(kind, one));
  }

  @ParameterizedTest
  @EnumSource
  void anotherSamplerTakesNoForecast(Kind kind) {
    var ab2 = request(kind).withSampler(Sampler.AB2);
    assertThatThrownBy(() -> ab2.withApproximation(forecast(0.5)))
        .isInstanceOf(InvalidRequestException.class);
  }

  /// The mask's other side is the picture's own whatever is drawn beside it.
  @Test
  void whatAMaskKeepsIsTheSameWithEverySamplerAndForecast() {
    var kind = Kind.INPAINTING;
    var plain = lastLatents(kind, request(kind));

    for (var request :
        List.of(
            request(kind).withSampler(Sampler.AB2),
            request(kind).withApproximation(forecast(0.5)))) {
      var other = lastLatents(kind, request);
      assertThat(other).isNotEqualTo(plain);
      assertThat(rightHalf(other)).isEqualTo(rightHalf(plain));
    }
  }

  /// Of packed `[4 * 4 tokens, 64]`.
  private static List<Float> rightHalf(float[] latents) {
    return IntStream.range(0, latents.length)
        .filter(i -> i / 64 % 4 >= 2)
        .mapToObj(i -> latents[i])
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void aCacheWarmsUpInTheStepsThatAreMade(Kind kind) {
    var journal = new DrawingJournal();
    var config =
        CacheDitParams.of(
                Map.of(
                    "max_warmup_steps",
                    2,
                    "max_continuous_cached_steps",
                    2,
                    "residual_diff_threshold",
                    100.0))
            .toConfig(kind.made);

    draw(kind, request(kind).withCache(Optional.of(config)), journal);

    var steps = journal.cacheSteps();
    assertThat(steps).hasSize(kind.made);
    assertThat(steps.subList(0, 2)).allMatch(step -> step.getFirst() instanceof Compute);
    assertThat(steps.subList(2, 4)).allMatch(step -> step.getFirst() instanceof Reuse);
    assertThat(steps.get(4).getFirst()).isInstanceOf(Compute.class);
  }

  @ParameterizedTest
  @EnumSource
  void anAdapterOfNoWeightChangesNoBitAndOneOfSomeDoes(Kind kind) {
    var plain = draw(kind, request(kind));

    assertThat(draw(kind, with(kind, 0))).isEqualTo(plain);
    assertThat(draw(kind, with(kind, 1))).isNotEqualTo(plain);
    assertThat(draw(kind, request(kind))).as("and leaves nothing").isEqualTo(plain);
  }

  private static GenerationRequest with(Kind kind, double scale) {
    return request(kind).withAdapters(List.of(AdapterChoice.at("one.safetensors", scale)));
  }

  private static Approximation forecast(double share) {
    return new Approximation.Forecast(
        ForecastFields.of(Map.of("policy", "power-law", "share", share)).params());
  }

  private static GenerationRequest request(Kind kind) {
    return GenerationRequest.of("a red apple")
        .withCanvas(64, 64)
        .withGuidance(STEPS, 2)
        .withDraws(Draws.of(1))
        .withInputs(kind.inputs().withSetSize(false));
  }

  private List<Pixels> draw(Kind kind, GenerationRequest request) {
    return draw(kind, request, new DrawingJournal());
  }

  private List<Pixels> draw(Kind kind, GenerationRequest request, DrawingJournal journal) {
    return pipeline(kind).generate(request, journal, new CancellationSignal()).stream()
        .map(image -> image.pixels())
        .toList();
  }

  private List<StepMade> steps(Kind kind, GenerationRequest request) {
    List<StepMade> steps = new ArrayList<>();
    pipeline(kind)
        .generate(
            request,
            event -> {
              if (event instanceof StepMade step) {
                steps.add(step);
              }
            },
            new CancellationSignal());
    return steps;
  }

  /// After each step.
  private List<float[]> latents(Kind kind, GenerationRequest request) {
    List<float[]> latents = new ArrayList<>();
    pipeline(kind)
        .generate(
            request,
            event -> {
              if (event instanceof StepMade step) {
                latents.add(step.latents().getFirst().clone());
              }
            },
            new CancellationSignal());
    return latents;
  }

  private float[] lastLatents(Kind kind, GenerationRequest request) {
    return latents(kind, request).getLast();
  }

  private DiffusionPipeline pipeline(Kind kind) {
    return loaded.computeIfAbsent(kind, this::load);
  }

  private DiffusionPipeline load(Kind kind) {
    ModelFiles files = EditSnapshot.of(TINY, folder.resolve(kind.name()), kind.pipeline);
    Path own = folder.resolve(kind.name());
    SampleAdapter.write(own.resolve("one.safetensors"), TINY, 3, 1);
    var adapters = new AdapterSettings(List.of(), List.of(own), false);
    var settings =
        new ModelSettings(files, Precision.FAST, Optional.empty(), adapters, Optional.empty());
    return PipelineLoader.load(
        settings,
        Runtimes.of(OnnxRuntime.start(RuntimeSettings.defaults())),
        new Areas(64 * 64, 56 * 56));
  }
}
