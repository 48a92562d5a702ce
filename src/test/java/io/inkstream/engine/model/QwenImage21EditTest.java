package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What edits with Qwen-Image-2.1 do with what a request asks.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QwenImage21EditTest {
  private static final Path FOLDER = Path.of("src/test/resources/goldens/qwen21");
  private static final Areas AREAS = new Areas(256 * 256, 256 * 256);
  private static final InputPicture ONE = picture(1, Optional.empty());
  private static final InputPicture OTHER = picture(2, Optional.empty());
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("make it blue").withCanvas(64, 96).withGuidance(2, 1);

  private final OnnxRuntime runtime = OnnxRuntime.start(RuntimeSettings.defaults());
  private final DiffusionPipeline base = load("tiny21", Map.of(), Precision.FAST);

  @AfterAll
  void everyNativeTensorAndSubgraphIsClosed() {
    base.close();
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private DiffusionPipeline load(String snapshot, Map<Part, Path> parts, Precision precision) {
    var settings =
        new ModelSettings(
            new ModelFiles(FOLDER.resolve(snapshot), parts),
            precision,
            Optional.empty(),
            AdapterSettings.NONE,
            Optional.empty());
    return PipelineLoader.load(settings, Runtimes.of(runtime), AREAS);
  }

  private static InputPicture picture(long seed, Optional<Plane> alpha) {
    byte[] rgb = new byte[3 * 64 * 48];
    new Random(seed).nextBytes(rgb);
    return InputPicture.of(new Pixels(64, 48, rgb, alpha));
  }

  private static InputPictures given(InputPicture... pictures) {
    return InputPictures.of(List.of(pictures)).withSetSize(false);
  }

  private static List<GeneratedImage> drawn(DiffusionPipeline pipeline, GenerationRequest request) {
    return pipeline.generate(request, _ -> {}, new CancellationSignal());
  }

  private static Pixels draw(DiffusionPipeline pipeline, GenerationRequest request) {
    return drawn(pipeline, request).getFirst().pixels();
  }

  @Test
  void everyPictureCountsAndTheirOrder() {
    var pictures =
        List.of(
            draw(base, REQUEST),
            draw(base, REQUEST.withInputs(given(ONE))),
            draw(base, REQUEST.withInputs(given(OTHER))),
            draw(base, REQUEST.withInputs(given(ONE, OTHER))),
            draw(base, REQUEST.withInputs(given(OTHER, ONE))));

    assertThat(pictures).doesNotHaveDuplicates();
  }

  @Test
  void theTransparencyOfAGivenPictureCounts() {
    byte[] half = new byte[64 * 48];
    Arrays.fill(half, (byte) 128);
    var seeThrough = picture(1, Optional.of(new Plane(64, 48, half)));

    assertThat(draw(base, REQUEST.withInputs(given(seeThrough))))
        .isNotEqualTo(draw(base, REQUEST.withInputs(given(ONE))));
  }

  @Test
  void aRepeatedEditCostsNoPrefix() {
    var request = REQUEST.withTexts(Texts.of(List.of("once and again"), List.of()));
    long before = Subgraph.runs();
    var computed = draw(base, request.withInputs(given(ONE)));
    long first = Subgraph.runs() - before;
    var remembered = draw(base, request.withInputs(given(ONE)));
    long second = Subgraph.runs() - before - first;

    // Text, the picture, text behind it: each its way in and four blocks.
    assertThat(first - second).isEqualTo(3 * 5);
    assertThat(remembered).isEqualTo(computed);
  }

  @Test
  void eachPictureOfARequestIsTheOneThatItsSeedGivesAlone() {
    var request = REQUEST.withInputs(given(ONE));
    var both = drawn(base, request.withDraws(new Draws(List.of(7L, 8L), 2)));

    assertThat(both.get(1).pixels()).isEqualTo(draw(base, request.withDraws(Draws.of(8))));
  }

  @Test
  void guidanceLeadsAwayFromTheNegativePromptWithThePictures() {
    var guided =
        REQUEST
            .withTexts(Texts.of(List.of("make it blue"), List.of("red")))
            .withGuidance(2, 3)
            .withInputs(given(ONE));

    assertThat(base.admit(guided).request().usesTrueCfg()).isTrue();
    assertThat(draw(base, guided)).isNotEqualTo(draw(base, REQUEST.withInputs(given(ONE))));
  }

  @Test
  void theLastPictureSaysTheSizeWhereTheRequestDoesNot() {
    var pixels =
        draw(base, REQUEST.withCanvas(256, 256).withInputs(InputPictures.of(List.of(ONE))));

    assertThat(pixels.width()).isEqualTo(288);
    assertThat(pixels.height()).isEqualTo(224);
  }

  @Test
  void aCacheThatComputesEverythingChangesNothing() {
    var cache =
        CacheDitParams.of(Map.of("residual_diff_threshold", 0.0, "Bn_compute_blocks", 1))
            .toConfig(2);
    var request = REQUEST.withInputs(given(ONE));

    assertThat(draw(base, request.withCache(Optional.of(cache)))).isEqualTo(draw(base, request));
  }

  @Test
  void turboEditsInItsOwnSteps() {
    try (var turbo = load("tiny21-turbo", Map.of(), Precision.FAST)) {
      var asked = turbo.admit(REQUEST.withGuidance(30, 4).withInputs(given(ONE)));

      assertThat(asked.sigmas()).hasSize(9).startsWith(1, 0.978453f);
      assertThat(asked.request().usesTrueCfg()).isFalse();
      assertThat(draw(turbo, asked.request())).isNotNull();
    }
  }

  @Test
  void picturesAreCountedAtAdmission() {
    var without = base.admit(REQUEST).load();
    var with = base.admit(REQUEST.withInputs(given(ONE, OTHER))).load();

    // 288 x 224 pixels each: 18 x 14 latents, a quarter of that in rows of the text encoder.
    assertThat(with.given().before()).extracting(size -> size.tokens()).containsExactly(252, 252);
    assertThat(with.prefixTokens() - without.prefixTokens()).isBetween(504L, 570L);
    assertThat(with.streamTokens()).isEqualTo(without.streamTokens());
  }

  @Test
  void aMaskAndAStrengthAreRefused() {
    var mask = InputMask.of(new Plane(64, 48, new byte[64 * 48]));

    assertThatThrownBy(() -> base.admit(REQUEST.withInputs(given(ONE).withMask(mask))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("mask is given, must be left out");
    assertThatThrownBy(() -> base.admit(REQUEST.withInputs(given(ONE).withStrength(0.5))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("strength is given, must be left out");
  }

  @Test
  void aTextEncoderWithoutEyesLeavesAModelThatDrawsFromWordsAlone() {
    var file = FOLDER.resolve("files/text_encoder_q8_0.gguf");
    try (var blind = load("tiny21", Map.of(Part.TEXT_ENCODER, file), Precision.FAST)) {
      assertThat(blind.tasks()).containsExactly(Task.TEXT_TO_IMAGE);
      assertThatThrownBy(() -> blind.admit(REQUEST.withInputs(given(ONE))))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "image is given, must be left out: this model's text encoder has no eyes, or its VAE"
                  + " no encoder, so it draws from words alone");
    }
  }

  @Test
  void aTokenizerThatKnowsNoPicturesIsRefusedWhenTheModelIsLoaded(@TempDir Path folder)
      throws IOException {
    var tiny = FOLDER.resolve("tiny21").toAbsolutePath();
    for (String part :
        List.of("model_index.json", "scheduler", "text_encoder", "transformer", "vae")) {
      Files.createSymbolicLink(folder.resolve(part), tiny.resolve(part));
    }
    Path processor = Files.createDirectory(folder.resolve("processor"));
    for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      var text = Files.readString(tiny.resolve("processor").resolve(file));
      Files.writeString(processor.resolve(file), text.replace("<|image_pad|>", "<|other|>"));
    }

    assertThatThrownBy(() -> load(folder.toString(), Map.of(), Precision.FAST))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(
            processor + ": has no token <|image_pad|>, must have it: the model sees pictures");
  }

  private enum Kept {
    FAST(Precision.FAST),
    LOW_MEMORY(Precision.LOW_MEMORY);

    private final Precision precision;

    Kept(Precision precision) {
      this.precision = precision;
    }
  }

  /// Its weights are widened block by block, for all parts of a prefix.
  @ParameterizedTest
  @EnumSource
  void aTransformerInAGgufEditsNearlyAsTheSnapshot(Kept kept) {
    var file = FOLDER.resolve("files/transformer_q8_0.gguf");
    var request = REQUEST.withInputs(given(ONE, OTHER));
    try (var narrow = load("tiny21", Map.of(Part.TRANSFORMER, file), kept.precision)) {
      byte[] near = draw(narrow, request).rgb();
      byte[] wide = draw(base, request).rgb();

      assertThat(distance(near, wide)).isBetween(0.01, 4.0);
    }
  }

  /// In levels, on average.
  private static double distance(byte[] one, byte[] other) {
    long sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs(Byte.toUnsignedInt(one[i]) - Byte.toUnsignedInt(other[i]));
    }
    return (double) sum / one.length;
  }

  @ParameterizedTest
  @EnumSource(names = {"IMAGE_ENCODING", "TEXT_ENCODING", "DENOISING"})
  @Timeout(60)
  void aCancelEndsItInEachStage(Stage stage) {
    var signal = new CancellationSignal();
    var now = new AtomicReference<Stage>();
    var request = REQUEST.withSteps(50).withInputs(given(ONE, OTHER, ONE, OTHER));
    Thread.ofVirtual()
        .start(() -> {
          Await.until("it runs", () -> now.get() == stage);
          signal.cancel();
        });

    assertThatThrownBy(() ->
            base.generate(
                request,
                event -> {
                  if (event instanceof StageBegan(Stage began)) {
                    now.set(began);
                  }
                },
                signal))
        .isInstanceOf(CancelledException.class);
    assertThat(Tensor.open()).isZero();
  }
}
