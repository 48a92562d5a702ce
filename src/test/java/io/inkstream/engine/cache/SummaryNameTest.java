package io.inkstream.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SummaryNameTest {
  static Stream<Named<JsonNode>> names() {
    return StreamSupport.stream(CacheFixtures.json("names.json").spliterator(), false)
        .map(node -> Named.of(node.get("name").asText(), node));
  }

  @ParameterizedTest
  @MethodSource("names")
  void isTheNameThatCacheDitGives(JsonNode fixture) {
    JsonNode settings = fixture.get("settings");
    var builder =
        new DBCacheConfigBuilder()
            .fnComputeBlocks(settings.get("Fn_compute_blocks").asInt())
            .bnComputeBlocks(settings.get("Bn_compute_blocks").asInt())
            .residualDiffThreshold(settings.get("residual_diff_threshold").asDouble())
            .maxWarmupSteps(settings.get("max_warmup_steps").asInt())
            .warmupInterval(settings.get("warmup_interval").asInt())
            .maxCachedSteps(settings.get("max_cached_steps").asInt())
            .maxContinuousCachedSteps(settings.get("max_continuous_cached_steps").asInt())
            .calibrator(calibrator(fixture.get("calibrator")));
    if (settings.has("steps_computation_mask")) {
      var bits = new StringBuilder();
      settings.get("steps_computation_mask").forEach(bit -> bits.append(bit.asInt()));
      String policy = settings.path("steps_computation_policy").asText("dynamic");
      builder
          .mask(new StepsComputationMask(bits.toString()))
          .policy(StepsComputationPolicy.valueOf(policy.toUpperCase(Locale.ROOT)));
    }

    boolean separate = settings.get("enable_separate_cfg").asBoolean();
    String name = SummaryName.of(builder.build(), separate, fixture.get("cached").asInt());

    assertThat(name).isEqualTo(fixture.get("name").asText());
  }

  private static CalibratorConfig calibrator(JsonNode node) {
    if (node.isNull()) {
      return new CalibratorConfig.None();
    }
    if (node.has("order")) {
      return new CalibratorConfig.TaylorSeer(node.get("order").asInt());
    }
    String precision = node.get("svd_precision").asText().toUpperCase(Locale.ROOT);
    return new CalibratorConfig.Dmd(
        node.get("history").asInt(), 0, 1e-8, CalibratorConfig.SvdPrecision.valueOf(precision));
  }
}
