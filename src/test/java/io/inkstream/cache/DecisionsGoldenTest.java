package io.inkstream.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.cache.CacheStats.BranchName;
import io.inkstream.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Given the differences that cache-dit measured in its runs, decisions and statistics are its own.
class DecisionsGoldenTest {
  static Stream<Named<JsonNode>> cachedCases() {
    return Goldens.all().stream()
        .map(goldens -> CacheFixtures.read(goldens.folder().resolve("index.json")).get("cases"))
        .flatMap(cases -> cases.properties().stream())
        .filter(entry -> entry.getValue().has("decisions"))
        .map(entry -> Named.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest
  @MethodSource("cachedCases")
  void decidesAsCacheDitDid(JsonNode golden) {
    long open = Tensor.open();
    try (var replay = new DecisionReplay(config(golden), branches(golden))) {
      for (JsonNode expected : golden.get("decisions")) {
        JsonNode diff = expected.get("diff");
        var outcome = diff.isNull() ? replay.forward() : replay.forward(diff.asDouble());
        String at = expected.toString();
        assertThat(outcome.forward().step()).as(at).isEqualTo(expected.get("step").asInt());
        assertThat(outcome.forward().branch()).as(at).isEqualTo(branch(expected));
        assertThat(outcome.isHit()).as(at).isEqualTo(expected.get("hit").asBoolean());
        assertThat(outcome.decision().diff().isEmpty()).as(at).isEqualTo(diff.isNull());
        assertThat(outcome.decision().diff().orElse(0))
            .as(at)
            .isCloseTo(diff.asDouble(), within(1e-5));
      }
      assertStats(replay.stats(), golden);
    }
    assertThat(Tensor.open()).isEqualTo(open);
  }

  private static void assertStats(CacheStats stats, JsonNode golden) {
    var main = stats.branches().getFirst();
    assertThat(main.cachedSteps()).isEqualTo(numbers(golden.get("cached_steps")));
    var cfg = stats.branches().size() == 2 ? stats.branches().get(1).cachedSteps() : List.of();
    assertThat(cfg).isEqualTo(numbers(golden.get("cfg_cached_steps")));
    for (var branch : stats.branches()) {
      assertDiffs(branch, golden.get("decisions"));
    }
    assertThat(stats.cachedForwards() + stats.computedForwards())
        .isEqualTo(golden.get("decisions").size());
  }

  private static void assertDiffs(CacheStats.Branch branch, JsonNode decisions) {
    Map<Integer, Double> expected = new TreeMap<>();
    for (JsonNode decision : decisions) {
      if (branch(decision) == branch.name() && !decision.get("diff").isNull()) {
        expected.put(decision.get("step").asInt(), decision.get("diff").asDouble());
      }
    }
    assertThat(branch.residualDiffs().keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (step, diff) -> assertThat(branch.residualDiffs().get(step)).isCloseTo(diff, within(1e-5)));
  }

  private static DBCacheConfig config(JsonNode golden) {
    JsonNode cache = golden.get("case").get("cache");
    var builder =
        new DBCacheConfigBuilder()
            .fnComputeBlocks(cache.get("F").asInt())
            .bnComputeBlocks(cache.get("B").asInt())
            .residualDiffThreshold(cache.get("rdt").asDouble())
            .maxWarmupSteps(cache.get("warmup").asInt())
            .warmupInterval(cache.path("warmup_interval").asInt(1))
            .maxCachedSteps(cache.path("max_cached").asInt(-1))
            .maxContinuousCachedSteps(cache.path("mc").asInt(-1))
            .separateCfg(separateCfg(golden))
            .cfgDiffComputeSeparate(cache.path("cfg_diff_separate").asBoolean(true))
            .calibrator(calibrator(cache));
    if (cache.hasNonNull("max_accumulated")) {
      builder.maxAccumulatedResidualDiff(cache.get("max_accumulated").asDouble());
    }
    if (golden.has("steps_mask")) {
      String policy = cache.get("scm").path("cache_policy").asText("dynamic");
      builder.mask(mask(golden)).policy(StepsComputationPolicy.valueOf(upper(policy)));
    }
    return builder.build();
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

  private static int branches(JsonNode golden) {
    return golden.get("do_true_cfg").asBoolean() ? 2 : 1;
  }

  private static BranchName branch(JsonNode decision) {
    return BranchName.valueOf(upper(decision.get("branch").asText()));
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static List<Integer> numbers(JsonNode list) {
    List<Integer> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }
}
