package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Reason;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.CalibratorConfig.SvdPrecision;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the cache does to tensors, holds, and counts.
class DBCacheTest {
  private static final List<Tensor> NO_TEXT = List.of();

  private final List<Tensor> tensors = new ArrayList<>();
  private long open;

  @BeforeEach
  void count() {
    open = Tensor.open();
  }

  @AfterEach
  void nothingStaysOpen() {
    tensors.forEach(Tensor::close);
    assertThat(Tensor.open()).isEqualTo(open);
  }

  @Test
  void aHitAddsWhatTheMiddleBlocksAdded() {
    // Given a computed step of two pictures whose texts differ in length
    try (var cache = new DBCache(alwaysAfterOne().with(BN_COMPUTE_BLOCKS, 1), 1)) {
      compute(
          cache,
          List.of(of(1, 2), of(3, 4)),
          List.of(of(11, 22), of(3, 5)),
          List.of(of(1), of(1, 1, 1)),
          List.of(of(5), of(2, 3, 4)));

      // When the next is reused
      var forward = cache.begin(BranchName.MAIN);
      var image = List.of(of(100, 200), of(300, 400));
      var text = List.of(of(10), of(20, 30, 40));
      assertThat(forward.decide(image, image)).isInstanceOf(CacheDecision.Reuse.class);
      forward.reuse(image, text);

      // Then
      assertThat(CacheFixtures.join(image)).containsExactly(110, 220, 300, 401);
      assertThat(CacheFixtures.join(text)).containsExactly(14, 21, 32, 43);
    }
  }

  @Test
  void withoutLastBlocksTheTextIsNeitherKeptNorTouched() {
    try (var cache = new DBCache(alwaysAfterOne(), 1)) {
      long before = Tensor.open();
      compute(cache, List.of(of(1)), List.of(of(2)), List.of(of(1)), List.of(of(9)));
      assertThat(Tensor.open() - before - 4).isEqualTo(1);

      var forward = cache.begin(BranchName.MAIN);
      var text = List.of(of(7));
      var image = List.of(of(1));
      forward.decide(image, image);
      forward.reuse(image, text);
      assertThat(CacheFixtures.join(text)).containsExactly(7);
    }
  }

  @Test
  void oneDifferenceIsTakenOverAllSamples() {
    try (var cache = new DBCache(alwaysAfterOne().with(RESIDUAL_DIFF_THRESHOLD, 0.5), 1)) {
      var zero = List.of(of(0, 0), of(0, 0));
      compute(cache, zero, List.of(of(1, -1), of(3, 3)), NO_TEXT, NO_TEXT);
      // |1-0| + |-1-1| + |3-3| + |3-4| over 1 + 1 + 3 + 3
      var decision = cache.begin(BranchName.MAIN).decide(zero, List.of(of(0, 1), of(3, 4)));
      assertThat(decision.diff().orElseThrow()).isEqualTo(0.5);
      assertThat(decision).isInstanceOf(Compute.class);
    }
  }

  @Test
  void residualsOfZeroDoNotReuse() {
    try (var cache = new DBCache(alwaysAfterOne().with(RESIDUAL_DIFF_THRESHOLD, 0.5), 1)) {
      var zero = List.of(of(0, 0));
      compute(cache, zero, List.of(of(0, 0)), NO_TEXT, NO_TEXT);
      assertThat(cache.begin(BranchName.MAIN).decide(zero, zero)).isInstanceOf(Compute.class);
    }
  }

  @Test
  void anotherShapeComputesAnew() {
    try (var cache = new DBCache(alwaysAfterOne().with(RESIDUAL_DIFF_THRESHOLD, 0.5), 1)) {
      compute(cache, List.of(of(0, 0)), List.of(of(1, 1)), NO_TEXT, NO_TEXT);
      var forward = cache.begin(BranchName.MAIN);
      var decision = forward.decide(List.of(of(0, 0, 0)), List.of(of(1, 1, 1)));
      assertThat(decision)
          .isInstanceOfSatisfying(
              Compute.class,
              compute -> assertThat(compute.reason()).isEqualTo(Reason.SHAPE_CHANGED));
      assertThat(decision.diff()).isEmpty();
      forward.computed(List.of(of(0, 0, 0)), List.of(of(1, 1, 1)), NO_TEXT, NO_TEXT);
      assertThat(
              cache
                  .begin(BranchName.MAIN)
                  .decide(List.of(of(0, 0, 0)), List.of(of(1, 1, 1)))
                  .diff())
          .hasValue(0);
    }
  }

  @Test
  void aReuseInAnotherShapeIsRefused() {
    for (var calibrator :
        List.of(
            new CalibratorConfig.None(), new CalibratorConfig.TaylorSeer(1), CacheFixtures.DMD)) {
      try (var cache = new DBCache(CacheFixtures.with(alwaysAfterOne(), calibrator), 1)) {
        compute(cache, List.of(of(0, 0)), List.of(of(1, 1)), NO_TEXT, NO_TEXT);
        var forward = cache.begin(BranchName.MAIN);
        forward.decide(List.of(of(0)), List.of(of(1)));
        assertThatThrownBy(() -> forward.reuse(List.of(of(1)), NO_TEXT))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("[2]")
            .hasMessageContaining("[1]");
      }
    }
  }

  @Test
  void callsFollowTheDecision() {
    try (var cache = new DBCache(alwaysAfterOne(), 1)) {
      var x = List.of(of(1));
      var forward = cache.begin(BranchName.MAIN);
      assertThatThrownBy(() -> forward.reuse(x, NO_TEXT)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> forward.computed(x, x, NO_TEXT, NO_TEXT))
          .isInstanceOf(IllegalStateException.class);
      forward.decide(x, x);
      assertThatThrownBy(() -> forward.decide(x, x)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> forward.reuse(x, NO_TEXT)).isInstanceOf(IllegalStateException.class);
      forward.computed(x, x, NO_TEXT, NO_TEXT);
      assertThatThrownBy(() -> forward.computed(x, x, NO_TEXT, NO_TEXT))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void listsMustMatch() {
    try (var cache = new DBCache(alwaysAfterOne(), 1)) {
      assertThatThrownBy(() -> cache.begin(BranchName.MAIN).decide(List.of(), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> cache.begin(BranchName.MAIN).decide(List.of(of(1)), List.of(of(1), of(2))))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new DBCache(DBCacheConfig.sglangDefaults(), 3))
        .hasMessage("3 branches: must be 1, or 2 with guidance");
  }

  static Stream<DBCacheConfig> configs() {
    var random = new Random(4);
    return Stream.generate(() -> config(random)).limit(60);
  }

  private static DBCacheConfig config(Random random) {
    var calibrators =
        List.of(
            new CalibratorConfig.None(),
            new CalibratorConfig.TaylorSeer(random.nextInt(5)),
            new CalibratorConfig.Dmd(1 + random.nextInt(8), 0, 1e-8, SvdPrecision.MEDIUM));
    var config =
        DBCacheConfig.cacheDitDefaults()
            .with(FN_COMPUTE_BLOCKS, 1)
            .with(BN_COMPUTE_BLOCKS, random.nextInt(2))
            .with(RESIDUAL_DIFF_THRESHOLD, random.nextDouble() * 1.1)
            .with(MAX_WARMUP_STEPS, random.nextInt(6))
            .with(WARMUP_INTERVAL, 1 + random.nextInt(3))
            .with(MAX_CACHED_STEPS, random.nextInt(20) - 1)
            .with(MAX_CONTINUOUS_CACHED_STEPS, random.nextInt(5) - 1)
            .with(SEPARATE_CFG, SeparateCfg.values()[random.nextInt(3)]);
    config = CacheFixtures.withDiffs(config, random.nextBoolean());
    config = CacheFixtures.with(config, calibrators.get(random.nextInt(3)));
    if (random.nextBoolean()) {
      var preset = StepsMaskPreset.values()[random.nextInt(4)];
      config =
          config
              .with(StepsComputationMask.preset(preset, 40))
              .with(SCM_POLICY, StepsComputationPolicy.values()[random.nextInt(2)]);
    }
    return config;
  }

  @ParameterizedTest
  @MethodSource("configs")
  void limitsHoldCountsAddUpAndMemoryStaysWithinItsBound(DBCacheConfig config) {
    var random = new Random(7);
    for (int branches = 1; branches <= 2; branches++) {
      long before = Tensor.open();
      try (var replay = new DecisionReplay(config, branches)) {
        long inputs = Tensor.open() - before;
        int steps = 40;
        for (int i = 0; i < steps * branches; i++) {
          replay.forward(random.nextDouble() * 0.6);
          assertThat((Tensor.open() - before - inputs) * Float.BYTES)
              .isLessThanOrEqualTo(DBCache.bytes(config, 1, 1, 1, branches, 2));
        }
        var stats = replay.stats();
        assertThat(stats.cachedForwards() + stats.computedForwards()).isEqualTo(steps * branches);
        boolean isStatic =
            config.mask().isPresent() && config.get(SCM_POLICY) == StepsComputationPolicy.STATIC;
        for (var branch : stats.branches()) {
          assertThat(branch.cachedSteps()).doesNotContainAnyElementsOf(branch.computedSteps());
          if (!isStatic) {
            assertLimits(config, branch);
          }
        }
      }
    }
  }

  private static void assertLimits(DBCacheConfig config, CacheStats.Branch branch) {
    if (config.get(MAX_CACHED_STEPS) >= 0) {
      assertThat(branch.cachedSteps()).hasSizeLessThanOrEqualTo(config.get(MAX_CACHED_STEPS));
    }
    int row = 0;
    for (int step = 0; step < 80; step++) {
      row = branch.cachedSteps().contains(step) ? row + 1 : 0;
      if (config.get(MAX_CONTINUOUS_CACHED_STEPS) >= 0) {
        assertThat(row).isLessThanOrEqualTo(config.get(MAX_CONTINUOUS_CACHED_STEPS));
      }
    }
    branch.cachedSteps().stream()
        .filter(branch.residualDiffs()::containsKey)
        .forEach(step ->
            assertThat(branch.residualDiffs().get(step))
                .isLessThan(config.get(RESIDUAL_DIFF_THRESHOLD)));
  }

  @Test
  void bytesCountStatesStreamsAndTerms() {
    var plain = DBCacheConfig.sglangDefaults();
    assertThat(DBCache.bytes(plain, 4096, 100, 3072, 1, 1)).isEqualTo(2L * 4096 * 3072 * 4);
    assertThat(DBCache.bytes(plain, 4096, 100, 3072, 2, 3)).isEqualTo(12L * 4096 * 3072 * 4);
    var always = plain.with(RESIDUAL_DIFF_THRESHOLD, 1.0);
    assertThat(DBCache.bytes(always, 10, 0, 2, 1, 1)).isEqualTo(80);
    var never = plain.with(RESIDUAL_DIFF_THRESHOLD, 0.0);
    assertThat(DBCache.bytes(never, 10, 0, 2, 1, 1)).isEqualTo(80);
    assertThatThrownBy(() -> DBCache.bytes(plain, 10, 0, 2, 0, 1))
        .hasMessage("0 branches: must be 1, or 2 with guidance");
    var quirk = plain.with(SEPARATE_CFG, SeparateCfg.ALWAYS);
    assertThat(DBCache.bytes(quirk, 10, 0, 2, 1, 1)).isEqualTo(2 * 2 * 80);
    var text = plain.with(BN_COMPUTE_BLOCKS, 1);
    assertThat(DBCache.bytes(text, 10, 5, 2, 1, 1)).isEqualTo(2 * 80 + 40);
    text = text.with(ENABLE_TAYLORSEER, true).with(TAYLORSEER_ORDER, 2);
    assertThat(DBCache.bytes(text, 10, 5, 2, 1, 1)).isEqualTo(80 + 3 * (80 + 40));
    text = text.with(ENABLE_TAYLORSEER, false).with(ENABLE_DMD, true);
    assertThat(DBCache.bytes(text, 10, 5, 2, 1, 1)).isEqualTo(80 + 6 * (80 + 40));
  }

  @Test
  void theSpeedupEstimateCountsBlocks() {
    try (var replay = new DecisionReplay(alwaysAfterOne().with(BN_COMPUTE_BLOCKS, 2), 1)) {
      assertThat(replay.stats().speedupEstimate(60)).isEqualTo(1);
      for (int i = 0; i < 4; i++) {
        replay.forward(0.1);
      }
      // 60 + 3 x (1 + 2) blocks of 240
      assertThat(replay.stats().speedupEstimate(60)).isCloseTo(240 / 69.0, within(1e-12));
      assertThat(replay.stats().name()).isEqualTo("DBCache_F1B2_W1I1M0MC0_R1.0_CFG0_T0O0_S3");
    }
  }

  // One step of warm-up, then every step is reused.
  private static DBCacheConfig alwaysAfterOne() {
    return DBCacheConfig.cacheDitDefaults()
        .with(FN_COMPUTE_BLOCKS, 1)
        .with(MAX_WARMUP_STEPS, 1)
        .with(RESIDUAL_DIFF_THRESHOLD, 1.0);
  }

  private static void compute(
      DBCache cache,
      List<Tensor> imageFn,
      List<Tensor> image,
      List<Tensor> textFn,
      List<Tensor> text) {
    var forward = cache.begin(BranchName.MAIN);
    forward.decide(imageFn, image);
    forward.computed(imageFn, image, textFn, text);
  }

  private Tensor of(float... values) {
    Tensor tensor = Tensor.of(values, values.length);
    tensors.add(tensor);
    return tensor;
  }
}
