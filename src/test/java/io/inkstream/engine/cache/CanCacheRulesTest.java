package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Extrapolate;
import io.inkstream.engine.cache.CacheDecision.Reason;
import io.inkstream.engine.cache.CacheDecision.Reuse;
import io.inkstream.engine.cache.CacheStats.BranchName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each rule of the reference's `can_cache`, and that it comes before the next.
class CanCacheRulesTest {
  private static final double SMALL = 0.1;
  private static final double LARGE = 0.5;

  @Test
  void warmupComputesBeforeAnythingElse() {
    var config =
        usual()
            .with(MAX_WARMUP_STEPS, 3)
            .with(new StepsComputationMask("111000"))
            .with(MAX_CACHED_STEPS, 0);
    assertThat(reasons(config, SMALL, 4))
        .containsExactly("WARMUP", "WARMUP", "WARMUP", "MAX_CACHED_STEPS");
  }

  @Test
  void warmupEndsWithTheMasksLeadingOnes() {
    var config = usual().with(MAX_WARMUP_STEPS, 8).with(new StepsComputationMask("1100"));
    assertThat(reasons(config, SMALL, 4)).containsExactly("WARMUP", "WARMUP", "reused", "reused");
  }

  @Test
  void betweenTheIntervalsOfTheWarmupStepsMayReuse() {
    var config = usual().with(MAX_WARMUP_STEPS, 6).with(WARMUP_INTERVAL, 2);
    assertThat(reasons(config, SMALL, 6))
        .containsExactly("WARMUP", "reused", "WARMUP", "reused", "WARMUP", "reused");
  }

  @Test
  void theMaskComputesBeforeLimitsAreLookedAt() {
    var config =
        usual()
            .with(MAX_WARMUP_STEPS, 0)
            .with(new StepsComputationMask("1010"))
            .with(MAX_CACHED_STEPS, 0);
    assertThat(reasons(config, SMALL, 4))
        .containsExactly("STEPS_MASK", "MAX_CACHED_STEPS", "STEPS_MASK", "MAX_CACHED_STEPS");
  }

  @Test
  void aMaskOfOnesNeverReuses() {
    for (var policy : StepsComputationPolicy.values()) {
      var config = usual().with(new StepsComputationMask("11111")).with(SCM_POLICY, policy);
      assertThat(reasons(config, 0, 5))
          .containsExactly("WARMUP", "STEPS_MASK", "STEPS_MASK", "STEPS_MASK", "STEPS_MASK");
    }
  }

  @Test
  void aStaticMaskReusesPastLimitsAndDifferences() {
    var config =
        usual()
            .with(new StepsComputationMask("1000"))
            .with(SCM_POLICY, StepsComputationPolicy.STATIC)
            .with(MAX_CACHED_STEPS, 0)
            .with(MAX_CONTINUOUS_CACHED_STEPS, 0)
            .with(MAX_ACCUMULATED_RESIDUAL_DIFF, 0.01)
            .with(RESIDUAL_DIFF_THRESHOLD, 0.0);
    assertThat(reasons(config, LARGE, 5))
        .containsExactly("WARMUP", "reused", "reused", "reused", "reused");
  }

  @Test
  void aStaticMaskComputesUntilThereIsSomethingToReuse() {
    var config =
        usual()
            .with(MAX_WARMUP_STEPS, 0)
            .with(new StepsComputationMask("0001"))
            .with(SCM_POLICY, StepsComputationPolicy.STATIC);
    assertThat(reasons(config, SMALL, 4))
        .containsExactly("NO_PREVIOUS_RESIDUAL", "reused", "reused", "STEPS_MASK");
  }

  @Test
  void thePolicyMeansNothingWithoutAMask() {
    var config = usual().with(SCM_POLICY, StepsComputationPolicy.STATIC);
    assertThat(reasons(config, LARGE, 2)).containsExactly("WARMUP", "RESIDUAL_DIFF");
  }

  @Test
  void cachedStepsHaveALimit() {
    var config = usual().with(MAX_CACHED_STEPS, 2).with(MAX_CONTINUOUS_CACHED_STEPS, 2);
    assertThat(reasons(config, SMALL, 5))
        .containsExactly("WARMUP", "reused", "reused", "MAX_CACHED_STEPS", "MAX_CACHED_STEPS");
  }

  @Test
  void cachedStepsInARowHaveALimit() {
    var config = usual().with(MAX_CONTINUOUS_CACHED_STEPS, 2);
    assertThat(reasons(config, SMALL, 8))
        .containsExactly(
            "WARMUP",
            "reused",
            "reused",
            "MAX_CONTINUOUS_CACHED_STEPS",
            "reused",
            "reused",
            "MAX_CONTINUOUS_CACHED_STEPS",
            "reused");
  }

  @Test
  void aRowIsBrokenByAnyComputedStep() {
    try (var replay = new DecisionReplay(usual().with(MAX_CONTINUOUS_CACHED_STEPS, 2), 1)) {
      replay.forward();
      assertThat(replay.forward(SMALL).isHit()).isTrue();
      assertThat(replay.forward(LARGE).isHit()).isFalse();
      assertThat(replay.forward(SMALL).isHit()).isTrue();
      assertThat(replay.forward(SMALL).isHit()).isTrue();
      assertThat(replay.forward(SMALL).isHit()).isFalse();
    }
  }

  @Test
  void theRowsLimitComesBeforeTheAccumulatedDifference() {
    var config =
        usual().with(MAX_CONTINUOUS_CACHED_STEPS, 1).with(MAX_ACCUMULATED_RESIDUAL_DIFF, 0.05);
    assertThat(reasons(config, SMALL, 4))
        .containsExactly(
            "WARMUP", "reused", "MAX_CONTINUOUS_CACHED_STEPS", "MAX_ACCUMULATED_RESIDUAL_DIFF");
  }

  @Test
  void accumulatedDifferencesCountMissesAndAreNeverReset() {
    try (var replay = new DecisionReplay(usual().with(MAX_ACCUMULATED_RESIDUAL_DIFF, 0.65), 1)) {
      replay.forward();
      assertThat(replay.forward(SMALL).isHit()).isTrue();
      assertThat(replay.forward(LARGE).isHit()).isFalse();
      assertThat(replay.forward(SMALL).isHit()).isTrue();
      assertReason(replay.forward(SMALL), Reason.MAX_ACCUMULATED_RESIDUAL_DIFF);
      assertReason(replay.forward(SMALL), Reason.MAX_ACCUMULATED_RESIDUAL_DIFF);
    }
  }

  @Test
  void aThresholdOfZeroNeverReuses() {
    var config = usual().with(MAX_WARMUP_STEPS, 0).with(RESIDUAL_DIFF_THRESHOLD, 0.0);
    assertThat(reasons(config, 0, 3)).containsOnly("THRESHOLD_ZERO");
  }

  @Test
  void theFirstStepHasNothingToReuse() {
    for (double threshold : List.of(0.24, 1.0)) {
      var config = usual().with(MAX_WARMUP_STEPS, 0).with(RESIDUAL_DIFF_THRESHOLD, threshold);
      assertThat(reasons(config, SMALL, 2)).containsExactly("NO_PREVIOUS_RESIDUAL", "reused");
    }
  }

  @Test
  void aThresholdOfOneAlwaysReuses() {
    try (var replay = new DecisionReplay(usual().with(RESIDUAL_DIFF_THRESHOLD, 1.0), 1)) {
      replay.forward();
      var outcome = replay.forward(3);
      assertThat(outcome.decision()).isInstanceOf(Reuse.class);
      assertThat(outcome.decision().diff()).isEmpty();
      assertThat(replay.stats().branches().getFirst().residualDiffs()).isEmpty();
    }
  }

  @Test
  void theDifferenceMustBeBelowTheThreshold() {
    // 0.25 is exact, so that the difference is the threshold itself.
    var config = usual().with(RESIDUAL_DIFF_THRESHOLD, 0.25);
    assertThat(reasons(config, 0.25, 2)).containsExactly("WARMUP", "RESIDUAL_DIFF");
    assertThat(reasons(config, 0.2499, 2)).containsExactly("WARMUP", "reused");
  }

  @Test
  void differencesAreToTheLastComputedStepNotToTheLastStep() {
    try (var replay = new DecisionReplay(usual(), 1)) {
      replay.forward();
      assertThat(replay.forward(0.2).decision().diff().orElseThrow()).isBetween(0.199, 0.201);
      assertThat(replay.forward(0.2).decision().diff().orElseThrow()).isBetween(0.199, 0.201);
    }
  }

  @Test
  void aCalibratorForecasts() {
    var config = usual().with(ENABLE_TAYLORSEER, true).with(TAYLORSEER_ORDER, 1);
    try (var replay = new DecisionReplay(config, 1)) {
      assertThat(replay.forward().decision().outcome()).isEqualTo("computed");
      assertThat(replay.forward(SMALL).decision()).isInstanceOf(Extrapolate.class);
      assertThat(replay.forward(SMALL).decision().outcome()).isEqualTo("forecast");
    }
  }

  @Test
  void branchesOfGuidanceHaveStatesOfTheirOwn() {
    try (var replay = new DecisionReplay(usual(), 2)) {
      replay.forward();
      replay.forward();
      assertThat(replay.forward(SMALL).isHit()).isTrue();
      var cfg = replay.forward(LARGE);
      assertThat(cfg.isHit()).isFalse();
      assertThat(cfg.forward().branch()).isEqualTo(BranchName.CFG);
      assertThat(cfg.forward().step()).isEqualTo(1);
    }
  }

  @Test
  void branchesMayComeInAnyOrderAndAnyNumberOfTimes() {
    // as with two evaluations in a step, or one branch on each of two devices
    var order = List.of(BranchName.CFG, BranchName.CFG, BranchName.MAIN, BranchName.CFG);
    try (var replay = new DecisionReplay(usual(), 2)) {
      var steps = new ArrayList<String>();
      for (var branch : order) {
        CacheForward forward = replay.forward(branch, SMALL).forward();
        steps.add(forward.branch() + " " + forward.step());
      }
      assertThat(steps).containsExactly("CFG 0", "CFG 1", "MAIN 0", "CFG 2");
      assertThat(replay.stats().branches())
          .extracting(branch -> branch.computedSteps().size() + branch.cachedSteps().size())
          .containsExactly(1, 3);
    }
  }

  @Test
  void theGuidanceBranchMayTakeTheOthersDifference() {
    try (var replay = new DecisionReplay(CacheFixtures.withDiffs(usual(), false), 2)) {
      replay.forward();
      replay.forward();
      replay.forward(SMALL);
      var cfg = replay.forward(LARGE);
      assertThat(cfg.isHit()).isTrue();
      assertThat(cfg.decision().diff().orElseThrow()).isBetween(0.09, 0.11);
    }
  }

  @Test
  void withoutGuidanceStatesAlternateOnlyIfAskedFor() {
    assertThat(branches(SeparateCfg.BY_BRANCHES, 1)).containsExactly("MAIN 0", "MAIN 1", "MAIN 2");
    assertThat(branches(SeparateCfg.ALWAYS, 1)).containsExactly("MAIN 0", "CFG 0", "MAIN 1");
    assertThat(branches(SeparateCfg.BY_BRANCHES, 2)).containsExactly("MAIN 0", "CFG 0", "MAIN 1");
    assertThat(branches(SeparateCfg.NEVER, 2)).containsExactly("MAIN 0", "MAIN 1", "MAIN 2");
  }

  private static List<String> branches(SeparateCfg separate, int branches) {
    List<String> names = new ArrayList<>();
    try (var replay = new DecisionReplay(usual().with(SEPARATE_CFG, separate), branches)) {
      for (int i = 0; i < 3; i++) {
        CacheForward forward = replay.forward().forward();
        names.add(forward.branch() + " " + forward.step());
      }
    }
    return names;
  }

  private static void assertReason(DecisionReplay.Outcome outcome, Reason reason) {
    assertThat(outcome.decision())
        .isInstanceOfSatisfying(
            Compute.class, compute -> assertThat(compute.reason()).isEqualTo(reason));
  }

  // One step of warm-up, then reuse below 0.24 without limits.
  private static DBCacheConfig usual() {
    return DBCacheConfig.sglangDefaults()
        .with(MAX_WARMUP_STEPS, 1)
        .with(MAX_CONTINUOUS_CACHED_STEPS, -1);
  }

  private static List<String> reasons(DBCacheConfig config, double diff, int forwards) {
    List<String> reasons = new ArrayList<>();
    try (var replay = new DecisionReplay(config, 1)) {
      for (int i = 0; i < forwards; i++) {
        CacheDecision decision = replay.forward(diff).decision();
        reasons.add(
            decision instanceof Compute compute ? compute.reason().name() : decision.outcome());
      }
    }
    return reasons;
  }
}
