package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads how a golden case was cached.
public final class GoldenCacheConfig {
  private GoldenCacheConfig() {}

  /// The settings of a case of `index.json`.
  public static DBCacheConfig of(JsonNode golden) {
    JsonNode cache = golden.get("case").get("cache");
    var config =
        DBCacheConfig.cacheDitDefaults()
            .with(FN_COMPUTE_BLOCKS, cache.get("F").asInt())
            .with(BN_COMPUTE_BLOCKS, cache.get("B").asInt())
            .with(RESIDUAL_DIFF_THRESHOLD, cache.get("rdt").asDouble())
            .with(MAX_WARMUP_STEPS, cache.get("warmup").asInt())
            .with(WARMUP_INTERVAL, cache.path("warmup_interval").asInt(1))
            .with(MAX_CACHED_STEPS, cache.path("max_cached").asInt(-1))
            .with(MAX_CONTINUOUS_CACHED_STEPS, cache.path("mc").asInt(-1))
            .with(SEPARATE_CFG, separateCfg(golden));
    config = CacheFixtures.withDiffs(config, cache.path("cfg_diff_separate").asBoolean(true));
    config = CacheFixtures.with(config, calibrator(cache));
    if (cache.hasNonNull("max_accumulated")) {
      config = config.with(MAX_ACCUMULATED_RESIDUAL_DIFF, cache.get("max_accumulated").asDouble());
    }
    if (golden.has("steps_mask")) {
      String policy = cache.get("scm").path("cache_policy").asText("dynamic");
      config =
          config.with(mask(golden)).with(SCM_POLICY, StepsComputationPolicy.valueOf(upper(policy)));
    }
    return config;
  }

  // The mask as the case names it must be the one that was used.
  private static StepsComputationMask mask(JsonNode golden) {
    var bits = new StringBuilder();
    golden.get("steps_mask").forEach(bit -> bits.append(bit.asInt()));
    JsonNode scm = golden.get("case").get("cache").get("scm");
    int steps = golden.get("case").get("steps").asInt();
    if (scm.has("policy")) {
      var preset = StepsMaskPreset.valueOf(upper(scm.get("policy").asText()));
      assertThat(StepsComputationMask.preset(preset, steps).bits()).isEqualTo(bits.toString());
    } else if (scm.has("compute_bins")) {
      var mask =
          StepsComputationMask.ofBins(
              numbers(scm.get("compute_bins")), numbers(scm.get("cache_bins")), steps);
      assertThat(mask.bits()).isEqualTo(bits.toString());
    }
    return new StepsComputationMask(bits.toString());
  }

  // The library's default alternates even without guidance.
  private static SeparateCfg separateCfg(JsonNode golden) {
    JsonNode separate = golden.get("case").get("cache").path("separate_cfg");
    if (separate.isBoolean() && !separate.asBoolean() && branches(golden) == 2) {
      return SeparateCfg.NEVER;
    }
    boolean isQuirk = branches(golden) == 1 && separate.asBoolean(true);
    return isQuirk ? SeparateCfg.ALWAYS : SeparateCfg.BY_BRANCHES;
  }

  private static CalibratorConfig calibrator(JsonNode cache) {
    if (cache.has("dmd")) {
      JsonNode dmd = cache.get("dmd");
      return new CalibratorConfig.Dmd(
          dmd.path("history").asInt(6),
          dmd.path("rank").asInt(0),
          dmd.path("ridge").asDouble(1e-8),
          CalibratorConfig.SvdPrecision.valueOf(upper(dmd.path("svd_precision").asText("medium"))));
    }
    return cache.path("taylor").asInt(0) > 0
        ? new CalibratorConfig.TaylorSeer(cache.get("taylor").asInt())
        : new CalibratorConfig.None();
  }

  static int branches(JsonNode golden) {
    return golden.get("do_true_cfg").asBoolean() ? 2 : 1;
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  static List<Integer> numbers(JsonNode list) {
    List<Integer> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }
}
