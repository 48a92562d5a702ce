package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CacheOutlookTest {
  private static final double SMALL = 0.01;
  private static final double LARGE = 0.9;
  private static final int STEPS = 12;

  private static Stream<Arguments> settings() {
    var usual = DBCacheConfig.sglangDefaults();
    var mask = new StepsComputationMask("110100010011");
    return Stream.of(
            usual,
            DBCacheConfig.cacheDitDefaults(),
            usual.with(MAX_CONTINUOUS_CACHED_STEPS, -1).with(MAX_CACHED_STEPS, 3),
            usual.with(MAX_WARMUP_STEPS, 6).with(WARMUP_INTERVAL, 2),
            usual.with(RESIDUAL_DIFF_THRESHOLD, 0.0),
            usual.with(RESIDUAL_DIFF_THRESHOLD, 1.0),
            usual.with(mask),
            usual.with(mask).with(SCM_POLICY, StepsComputationPolicy.STATIC))
        .flatMap(config ->
            Stream.of(SeparateCfg.values()).map(separate -> config.with(SEPARATE_CFG, separate)))
        .flatMap(config -> Stream.of(Arguments.of(config, 1), Arguments.of(config, 2)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theFewestComputeIfNothingChangesAndTheMostIfEverythingDoes(
      DBCacheConfig config, int branches) {
    assertThat(CacheOutlook.computed(config, branches, STEPS, true))
        .containsExactly(replayed(config, branches, SMALL));
    assertThat(CacheOutlook.computed(config, branches, STEPS, false))
        .containsExactly(replayed(config, branches, LARGE));
  }

  @Test
  void aStaticMaskIsKnownBefore() {
    var config =
        DBCacheConfig.sglangDefaults()
            .with(new StepsComputationMask("110100"))
            .with(SCM_POLICY, StepsComputationPolicy.STATIC);

    assertThat(CacheOutlook.computed(config, 2, 6, true)).containsExactly(1, 1, 0, 1, 0, 0);
    assertThat(CacheOutlook.computed(config, 2, 6, false)).containsExactly(1, 1, 0, 1, 0, 0);
  }

  private static double[] replayed(DBCacheConfig config, int branches, double diff) {
    try (var replay = new DecisionReplay(config, branches)) {
      return IntStream.range(0, STEPS)
          .mapToDouble(step ->
              IntStream.range(0, branches)
                  .mapToDouble(branch -> replay.forward(diff).isHit() ? 0 : 1)
                  .average()
                  .orElseThrow())
          .toArray();
    }
  }
}
