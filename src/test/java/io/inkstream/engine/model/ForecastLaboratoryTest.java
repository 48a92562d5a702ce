package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.engine.forecast.ForecastFields;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.forecast.Laboratory;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole loops of the pocket model against the laboratory's finished latents.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForecastLaboratoryTest {
  /// What a port in another arithmetic differs by after 20 steps, with a margin.
  private static final double SAME = 2e-4;

  private static final JsonNode FACTS = Laboratory.json("forecast.json");
  private static final JsonNode BOTH_ENDS = Laboratory.json("both_ends.json");

  @TempDir static Path temp;
  private DiffusionPipeline pipeline;

  @BeforeAll
  void openWithTheLaboratorysTable() throws IOException {
    var snapshot = QwenImageSnapshot.open(Goldens.POCKET, Optional.empty());
    var entry = new ForecastTableFile.Entry(Laboratory.table(20, 10), "256x256", "laboratory", 0);
    Path file = temp.resolve("tables.json");
    new ForecastTableFile(new ForecastStore(snapshot, Map.of()).fingerprint(), List.of(entry))
        .write(file);
    var settings =
        new ModelSettings(Goldens.POCKET, Optional.empty(), Precision.FAST, Optional.of(file));
    pipeline = PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  @AfterAll
  void close() {
    pipeline.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"apple", "dog"})
  void thePowerLawEndsWhereTheLaboratoryDoes(String name) {
    var loop = draw(name, forecast(20, Map.of("policy", "power-law", "share", 0.5)));
    assertThat(loop.computed()).isEqualTo(ints(FACTS.get("power_law_20_10").get("computed")));
    assertThat(distance(loop.latents(), "power_law_20_10." + name)).isLessThan(SAME);
  }

  @Test
  void aTableEndsWhereTheLaboratoryDoes() {
    var loop = draw("apple", forecast(20, Map.of("policy", "calibrated")));
    assertThat(loop.computed()).isEqualTo(ints(FACTS.get("calibrated_20_10").get("computed")));
    assertThat(distance(loop.latents(), "calibrated_20_10.apple")).isLessThan(SAME);
  }

  @ParameterizedTest
  @CsvSource({"20, 0.5, both_ends_20_10", "50, 0.34, both_ends_50_17"})
  void bothEndsEndsWhereTheLaboratoryDoes(int steps, double share, String golden) {
    for (String name : List.of("apple", "dog")) {
      var loop = draw(name, forecast(steps, Map.of("policy", "both-ends", "share", share)));
      assertThat(loop.computed()).isEqualTo(ints(BOTH_ENDS.get(golden).get("computed")));
      assertThat(distance(loop.latents(), golden + "." + name)).isLessThan(SAME);
    }
  }

  @Test
  void guardedDecidesEndsAndEstimatesAsTheLaboratoryDoes() {
    JsonNode golden = BOTH_ENDS.get("guarded_50_17_001");
    for (int i = 0; i < 2; i++) {
      String name = List.of("apple", "dog").get(i);
      var loop =
          draw(name, forecast(50, Map.of("policy", "guarded", "share", 0.34, "tolerance", 0.01)));
      assertThat(bits(loop.computed(), 50)).isEqualTo(golden.get("masks").get(i).asText());
      assertThat(distance(loop.latents(), "guarded_50_17_001." + name)).isLessThan(SAME);
      double expected = -20 * Math.log10(golden.get("errors").get(i).asDouble());
      assertThat(loop.estimatedErrorDb().orElseThrow()).isCloseTo(expected, within(0.01));
    }
  }

  @Test
  void meanCacheEndsWhereTheLaboratoryDoes() {
    var loop = draw("apple", forecast(50, Map.of("policy", "mean-cache", "share", 0.2)));
    assertThat(loop.computed()).isEqualTo(ints(BOTH_ENDS.get("mean_cache_50_10").get("computed")));
    assertThat(distance(loop.latents(), "mean_cache_50_10.apple")).isLessThan(SAME);
  }

  @Test
  void adamsBashforthEndsWhereTheLaboratoryDoes() {
    var loop = draw("apple", request(10).withSampler(Sampler.AB2));
    assertThat(distance(loop.latents(), "ab2_10.apple")).isLessThan(SAME);
  }

  /// A loop that ended.
  private record Loop(float[] latents, List<Integer> computed, Optional<Double> estimatedErrorDb) {}

  private Loop draw(String name, GenerationRequest of) {
    JsonNode scene = scene(name);
    var request =
        of.withTexts(Texts.of(List.of(scene.get("prompt").asText()), of.texts().negatives()))
            .withDraws(Draws.of(scene.get("seed").asLong()));
    var journal = new DrawingJournal();
    List<float[]> last = new ArrayList<>();
    Consumer<DrawingEvent> listener =
        event -> {
          if (event instanceof StepMade step) {
            last.clear();
            last.add(step.latents().getFirst().clone());
          }
        };
    var _ = pipeline.generate(request, journal.andThen(listener), new CancellationSignal());
    List<Integer> computed =
        journal
            .forecast()
            .map(s -> s.computed().stream().map(step -> step - 1).toList())
            .orElse(List.of());
    var estimated = journal.forecast().flatMap(ForecastSummary::estimatedErrorDb);
    return new Loop(last.getFirst(), computed, estimated);
  }

  private static GenerationRequest request(int steps) {
    return GenerationRequest.of("").withCanvas(256, 256).withSteps(steps);
  }

  private static GenerationRequest forecast(int steps, Map<String, Object> field) {
    ForecastParams params = ForecastFields.of(field).params();
    return request(steps).withApproximation(new Approximation.Forecast(params));
  }

  private static JsonNode scene(String name) {
    for (JsonNode scene : FACTS.get("cases")) {
      if (scene.get("name").asText().equals(name)) {
        return scene;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static List<Integer> ints(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asInt()));
    return values;
  }

  private static String bits(List<Integer> computed, int steps) {
    var bits = new StringBuilder();
    for (int step = 0; step < steps; step++) {
      bits.append(computed.contains(step) ? '1' : '0');
    }
    return bits.toString();
  }

  private static double distance(float[] latents, String golden) {
    String file = BOTH_ENDS.has(golden.split("\\.")[0]) ? "both_ends" : "forecast";
    float[] expected =
        SafetensorsFile.open(Laboratory.FOLDER.resolve(file + ".safetensors")).floats(golden);
    assertThat(latents).hasSameSizeAs(expected);
    double most = 0;
    for (int i = 0; i < latents.length; i++) {
      most = Math.max(most, Math.abs((double) latents[i] - expected[i]));
    }
    return most;
  }
}
