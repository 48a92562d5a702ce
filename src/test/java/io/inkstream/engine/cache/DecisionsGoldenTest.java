package io.inkstream.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Given the differences that cache-dit measured in its runs, decisions and statistics are its own.
class DecisionsGoldenTest {
  @TestFactory
  Stream<DynamicTest> decidesAsCacheDitDid() {
    return Goldens.all().stream()
        .flatMap(Goldens::cases)
        .filter(golden -> golden.entry().has("decisions"))
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden.entry())));
  }

  private static void check(JsonNode golden) {
    long open = Tensor.open();
    try (var replay =
        new DecisionReplay(GoldenCacheConfig.of(golden), GoldenCacheConfig.branches(golden))) {
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
    assertThat(main.cachedSteps()).isEqualTo(GoldenCacheConfig.numbers(golden.get("cached_steps")));
    var cfg = stats.branches().size() == 2 ? stats.branches().get(1).cachedSteps() : List.of();
    assertThat(cfg).isEqualTo(GoldenCacheConfig.numbers(golden.get("cfg_cached_steps")));
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

  private static BranchName branch(JsonNode decision) {
    return BranchName.valueOf(decision.get("branch").asText().toUpperCase(Locale.ROOT));
  }
}
