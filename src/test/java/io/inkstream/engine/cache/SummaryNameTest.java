package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
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
    var config =
        DBCacheConfig.cacheDitDefaults()
            .with(FN_COMPUTE_BLOCKS, settings.get("Fn_compute_blocks").asInt())
            .with(BN_COMPUTE_BLOCKS, settings.get("Bn_compute_blocks").asInt())
            .with(RESIDUAL_DIFF_THRESHOLD, settings.get("residual_diff_threshold").asDouble())
            .with(MAX_WARMUP_STEPS, settings.get("max_warmup_steps").asInt())
            .with(WARMUP_INTERVAL, settings.get("warmup_interval").asInt())
            .with(MAX_CACHED_STEPS, settings.get("max_cached_steps").asInt())
            .with(MAX_CONTINUOUS_CACHED_STEPS, settings.get("max_continuous_cached_steps").asInt());
    config = CacheFixtures.with(config, calibrator(fixture.get("calibrator")));
    if (settings.has("steps_computation_mask")) {
      var bits = new StringBuilder();
      settings.get("steps_computation_mask").forEach(bit -> bits.append(bit.asInt()));
      String policy = settings.path("steps_computation_policy").asText("dynamic");
      config =
          config
              .with(new StepsComputationMask(bits.toString()))
              .with(SCM_POLICY, StepsComputationPolicy.valueOf(policy.toUpperCase(Locale.ROOT)));
    }

    boolean separate = settings.get("enable_separate_cfg").asBoolean();
    String name = SummaryName.of(config, separate, fixture.get("cached").asInt());

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
