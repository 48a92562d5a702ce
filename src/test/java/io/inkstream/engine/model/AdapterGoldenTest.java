package io.inkstream.engine.model;

import static io.inkstream.Floats.joined;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.scheduler.SchedulerFields;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Pictures with adapters against diffusers' `load_lora_weights` and `set_adapters`: every step's
/// latents, whatever form the file has.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdapterGoldenTest {
  private static final double LATENTS = 1e-3;
  private static final Goldens GOLDENS =
      new Goldens(
          Path.of("src/test/resources/goldens/lora"), Path.of("src/test/resources/goldens/tiny"));

  private DiffusionPipeline pipeline;

  @BeforeAll
  void load() {
    var adapters = new AdapterSettings(List.of(), List.of(GOLDENS.folder()), false);
    pipeline =
        PipelineLoader.load(
            new ModelSettings(
                GOLDENS.snapshot(), Optional.empty(), precision(), Optional.empty(), adapters),
            runtimes());
  }

  Runtimes runtimes() {
    return Runtimes.of(runtime());
  }

  @AfterAll
  void everyNativeTensorAndSubgraphIsClosed() {
    pipeline.close();
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  OnnxRuntime runtime() {
    return OnnxRuntime.start(RuntimeSettings.defaults());
  }

  Precision precision() {
    return Precision.FAST;
  }

  @TestFactory
  Stream<DynamicTest> drawsWhatDiffusersDraws() {
    return GOLDENS
        .cases()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  private void check(Case golden) {
    assertThat(distance(golden, golden.settings())).isLessThan(LATENTS);
    golden
        .settings()
        .path("equivalent")
        .forEach(other -> assertThat(distance(golden, other)).isLessThan(LATENTS));
    golden
        .settings()
        .path("contrast")
        .properties()
        .forEach(contrast -> {
          if (!contrast.getValue().has("lora_edit")) {
            assertThat(distance(golden, contrast.getValue()))
                .as(contrast.getKey())
                .isGreaterThan(10 * LATENTS);
          }
        });
  }

  /// The largest difference of the latents, with some settings in the place of the case's.
  private double distance(Case golden, JsonNode others) {
    return distance(pipeline, golden, others);
  }

  /// The largest difference of the latents that a pipeline draws.
  static double distance(DiffusionPipeline pipeline, Case golden, JsonNode others) {
    var expected = golden.tensors();
    boolean everyStep = expected.tensors().containsKey("latents");
    float[] wanted = expected.floats(everyStep ? "latents" : "final_latents");
    List<float[]> latents = drawn(pipeline, request(golden.settings(), others));
    float[] made = everyStep ? joined(latents) : latents.getLast();
    assertThat(made).hasSameSizeAs(wanted);
    double largest = 0;
    for (int i = 0; i < made.length; i++) {
      double difference = Math.abs(made[i] - wanted[i]);
      largest = difference <= largest ? largest : difference;
    }
    return largest;
  }

  @Test
  void anAdapterThatHasGoneLeavesNothingBehind() {
    var golden = GOLDENS.cases().filter(one -> one.name().equals("no_adapter")).findFirst();
    var settings = golden.orElseThrow().settings();
    var before = pixels(request(settings, settings));
    var adapters = List.of(AdapterChoice.at("lora/style.ab_tr.safetensors", 1));
    var with = pixels(request(settings, settings).withAdapters(adapters));
    assertThat(with).isNotEqualTo(before);
    assertThat(pixels(request(settings, settings))).isEqualTo(before);
  }

  private byte[] pixels(GenerationRequest request) {
    var images = pipeline.generate(request, event -> {}, new CancellationSignal());
    return images.getFirst().pixels().rgb();
  }

  private static List<float[]> drawn(DiffusionPipeline pipeline, GenerationRequest request) {
    List<float[]> latents = new ArrayList<>();
    pipeline.generate(
        request,
        event -> {
          if (event instanceof StepMade step) {
            step.latents().forEach(values -> latents.add(values.clone()));
          }
        },
        new CancellationSignal());
    return latents;
  }

  private static GenerationRequest request(JsonNode settings, JsonNode others) {
    var negative = settings.get("negative_prompt");
    double scale =
        others.path("true_cfg_scale").asDouble(settings.get("true_cfg_scale").asDouble());
    return GenerationRequest.of("")
        .withTexts(
            Texts.of(
                List.of(settings.get("prompt").asText()),
                negative.isNull() ? List.of() : List.of(negative.asText())))
        .withCanvas(settings.get("width").asInt(), settings.get("height").asInt())
        .withDraws(Draws.of(settings.get("seed").asLong()))
        .withGuidance(settings.get("steps").asInt(), scale)
        .withAdapters(adapters(either(settings, others, "lora")))
        .withScheduler(scheduler(either(settings, others, "scheduler")));
  }

  private static JsonNode either(JsonNode settings, JsonNode others, String key) {
    return others.has(key) ? others.get(key) : settings.path(key);
  }

  private static List<AdapterChoice> adapters(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(one -> AdapterChoice.at(one.get("file").asText(), one.get("weight").asDouble()))
        .toList();
  }

  private static SchedulerFields scheduler(JsonNode fields) {
    return SchedulerFields.of(
        fields.isMissingNode() ? Map.of() : new ObjectMapper().convertValue(fields, Map.class));
  }
}
