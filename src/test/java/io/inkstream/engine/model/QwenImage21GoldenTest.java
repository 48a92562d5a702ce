package io.inkstream.engine.model;

import static io.inkstream.Floats.assertClose;
import static io.inkstream.Floats.joined;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.Sampling;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.PromptTemplate;
import io.inkstream.engine.textencoder.Qwen2Tokenizer;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.WeightReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Qwen-Image-2.1 and 2.1-Turbo against diffusers' loop around other people's networks: token ids,
/// embeddings, every step's latents, decoded numbers, pixels.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QwenImage21GoldenTest {
  private static final double EMBEDS = 2e-4;
  private static final double LATENTS = 1e-3;
  private static final double DECODED = 1e-4;

  private final Map<String, DiffusionPipeline> pipelines = new HashMap<>();
  private final CancellationSignal signal = new CancellationSignal();

  @AfterAll
  void everyNativeTensorAndSubgraphIsClosed() {
    pipelines.values().forEach(DiffusionPipeline::close);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  OnnxRuntime runtime() {
    return OnnxRuntime.start(RuntimeSettings.defaults());
  }

  Runtimes runtimes() {
    return Runtimes.of(runtime());
  }

  Precision precision() {
    return Precision.FAST;
  }

  @TestFactory
  Stream<DynamicTest> promptsBecomeTheSameTokens() {
    return Goldens.tests(Set.of("t2i-2.1"), _ -> true, this::checkTokens);
  }

  private void checkTokens(Case golden) {
    var snapshot = QwenImageSnapshot.open(golden.snapshot(), Optional.empty());
    var tokenizer = Qwen2Tokenizer.load(snapshot.tokenizer());
    int[] ids = golden.tensors().ints("cond.input_ids");
    int[] mask = golden.tensors().ints("cond.attention_mask");
    var prompts = golden.texts("prompts");
    int width = ids.length / prompts.size();
    for (int i = 0; i < prompts.size(); i++) {
      int end = (i + 1) * width; // padded on the left
      int count = Arrays.stream(mask, i * width, end).sum();
      assertThat(tokenizer.encode(PromptTemplate.QWEN_IMAGE_21.apply(prompts.get(i))))
          .isEqualTo(Arrays.copyOfRange(ids, end - count, end));
    }
  }

  @TestFactory
  Stream<DynamicTest> promptsBecomeTheSameEmbeddings() {
    return Goldens.tests(Set.of("t2i-2.1"), _ -> true, this::checkEmbeds);
  }

  private void checkEmbeds(Case golden) {
    checkEmbeds(golden, golden.texts("prompts"), "cond.prompt_embeds");
    if (golden.tensors().tensors().containsKey("uncond.prompt_embeds")) {
      checkEmbeds(golden, golden.texts("neg"), "uncond.prompt_embeds");
    }
  }

  private void checkEmbeds(Case golden, List<String> prompts, String name) {
    float[] expected = golden.tensors().floats(name);
    int row = expected.length / prompts.size();
    for (int i = 0; i < prompts.size(); i++) {
      float[] embeds = pipeline(golden).embed(prompts.get(i), signal).values();
      int start = i * row;
      assertClose(embeds, Arrays.copyOfRange(expected, start, start + embeds.length), EMBEDS);
    }
  }

  @TestFactory
  Stream<DynamicTest> drawsWhatDiffusersDraws() {
    return Goldens.tests(Set.of("t2i-2.1"), _ -> true, this::checkPictures);
  }

  private void checkPictures(Case golden) {
    // Given
    SafetensorsFile expected = golden.tensors();
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
    assertPixels(images, expected.ints("image"));
  }

  @TestFactory
  Stream<DynamicTest> latentsDecodeToTheSameNumbers() {
    return Stream.of(Convolutions.PLAIN, Convolutions.IN_PARTS)
        .flatMap(convolutions ->
            Goldens.tests(
                Set.of("t2i-2.1"), _ -> true, golden -> checkDecoder(golden, convolutions)));
  }

  private void checkDecoder(Case golden, Convolutions convolutions) {
    var tensors = golden.tensors();
    var snapshot = QwenImageSnapshot.open(golden.snapshot(), Optional.empty());
    var graph = snapshot.decoderGraph(convolutions);
    var shape = tensors.tensor("vae_latents").shape();
    long height = tensors.tensor("decoded").shape().dim(2);
    long width = tensors.tensor("decoded").shape().dim(3);
    int batch = (int) shape.dim(0);
    try (var decoder =
        runtime()
            .load(
                new SessionGraphs(new WeightReader()).of(graph), SessionSettings.of(precision()))) {
      for (int image = 0; image < batch; image++) {
        float[] given = part(tensors.floats("vae_latents"), image, batch);
        try (var input = Tensor.of(given, 1, shape.dim(1), shape.dim(3), shape.dim(4));
            var output = Tensor.zeros(1, 4, height, width)) {
          decoder.run(Map.of("latents", input), Map.of("sample", output), signal);
          float[] sample = output.toArray();
          for (int i = 0; i < sample.length; i++) {
            sample[i] = Math.clamp(sample[i], -1f, 1f);
          }
          assertClose(sample, part(tensors.floats("decoded"), image, batch), DECODED);
        }
      }
    }
  }

  private DiffusionPipeline pipeline(Case golden) {
    return pipelines.computeIfAbsent(
        golden.snapshot().toString(),
        _ -> load(new ModelSettings(golden.snapshot(), Optional.empty(), precision())));
  }

  DiffusionPipeline load(ModelSettings settings) {
    return PipelineLoader.load(settings, runtimes());
  }

  private static GenerationRequest request(Case golden) {
    var settings = golden.settings();
    return new GenerationRequest(
        Texts.of(golden.texts("prompts"), golden.texts("neg")),
        new Canvas(settings.get("W").asInt(), settings.get("H").asInt()),
        new Draws(List.of(settings.get("seed").asLong()), 1),
        new Guidance(settings.get("steps").asInt(), settings.get("cfgs").asDouble()),
        Sampling.EXACT);
  }

  private static float[] part(float[] all, int image, int batch) {
    int one = all.length / batch;
    return Arrays.copyOfRange(all, image * one, (image + 1) * one);
  }

  /// One level in under 0.1 % of the values.
  static void assertPixels(List<GeneratedImage> images, int[] expected) {
    int at = 0;
    int differing = 0;
    int largest = 0;
    for (var image : images) {
      byte[] rgb = image.pixels().rgb();
      byte[] alpha = image.pixels().alpha().orElseThrow().samples();
      for (int i = 0; i < 4 * alpha.length; i++) {
        byte value = i % 4 == 3 ? alpha[i / 4] : rgb[i / 4 * 3 + i % 4];
        int difference = Math.abs(Byte.toUnsignedInt(value) - expected[at++]);
        largest = Math.max(largest, difference);
        differing += difference > 0 ? 1 : 0;
      }
    }
    assertThat(at).isEqualTo(expected.length);
    assertThat(largest).isLessThanOrEqualTo(1);
    assertThat((double) differing / expected.length).isLessThan(0.001);
  }
}
