package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DBCacheConfigTest {
  @Test
  void defaultsAreThoseOfSglangAndOfCacheDit() {
    assertThat(SummaryName.of(DBCacheConfig.sglangDefaults(), true, 0))
        .isEqualTo("DBCache_F1B0_W4I1M0MC3_R0.24_CFG1_T0O0");
    assertThat(DBCacheConfig.sglangDefaults().get(MAX_CACHED_STEPS)).isEqualTo(-1);
    assertThat(SummaryName.of(DBCacheConfig.cacheDitDefaults(), true, 0))
        .isEqualTo("DBCache_F8B0_W8I1M0MC0_R0.08_CFG1_T0O0");
    assertThat(DBCacheConfig.cacheDitDefaults().get(MAX_CONTINUOUS_CACHED_STEPS)).isEqualTo(-1);
    assertThat(DBCacheConfig.cacheDitDefaults().cfgDiffComputeSeparate()).isTrue();
  }

  @Test
  void aSettingThatIsChangedLeavesTheOthers() {
    var mask = new StepsComputationMask("110");
    var config = b().with(FN_COMPUTE_BLOCKS, 2).with(mask).with(BN_COMPUTE_BLOCKS, 1);
    assertThat(config.get(FN_COMPUTE_BLOCKS)).isEqualTo(2);
    assertThat(config.get(BN_COMPUTE_BLOCKS)).isEqualTo(1);
    assertThat(config.get(MAX_WARMUP_STEPS)).isEqualTo(8);
    assertThat(config.mask()).contains(mask);
    assertThat(config.with(BN_COMPUTE_BLOCKS, 0))
        .isEqualTo(b().with(mask).with(FN_COMPUTE_BLOCKS, 2));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(() -> b().with(FN_COMPUTE_BLOCKS, 0), "Fn_compute_blocks is 0, must be 1 or more"),
        refused(
            () -> b().with(BN_COMPUTE_BLOCKS, -1), "Bn_compute_blocks is -1, must be 0 or more"),
        refused(
            () -> b().with(RESIDUAL_DIFF_THRESHOLD, -0.1),
            "residual_diff_threshold is -0.1, must be a number of 0 or more"),
        refused(
            () -> b().with(RESIDUAL_DIFF_THRESHOLD, Double.NaN),
            "residual_diff_threshold is NaN, must be a number of 0 or more"),
        refused(
            () -> b().with(RESIDUAL_DIFF_THRESHOLD, Double.POSITIVE_INFINITY),
            "residual_diff_threshold is Infinity, must be a number of 0 or more"),
        refused(() -> b().with(MAX_WARMUP_STEPS, -1), "max_warmup_steps is -1, must be 0 or more"),
        refused(() -> b().with(WARMUP_INTERVAL, 0), "warmup_interval is 0, must be 1 or more"),
        refused(
            () -> b().with(MAX_CACHED_STEPS, -2),
            "max_cached_steps is -2, must be 0 or more, or -1 for no limit"),
        refused(
            () -> b().with(MAX_CONTINUOUS_CACHED_STEPS, -2),
            "max_continuous_cached_steps is -2, must be 0 or more, or -1 for no limit"),
        refused(
            () -> b().with(MAX_ACCUMULATED_RESIDUAL_DIFF, -1.0),
            "max_accumulated_residual_diff_threshold is -1.0, must be a number of 0 or more"),
        refused(() -> b().with(TAYLORSEER_ORDER, 5), "taylorseer_order is 5, must be 0 to 4"),
        refused(() -> b().with(TAYLORSEER_ORDER, -1), "taylorseer_order is -1, must be 0 to 4"),
        refused(() -> b().with(DMD_HISTORY, 0), "dmd_history is 0, must be 1 to 32"),
        refused(() -> b().with(DMD_HISTORY, 33), "dmd_history is 33, must be 1 to 32"),
        refused(() -> b().with(DMD_RANK, -1), "dmd_rank is -1, must be 0 (automatic) to 32"),
        refused(() -> b().with(DMD_RANK, 33), "dmd_rank is 33, must be 0 (automatic) to 32"),
        refused(
            () -> b().with(DMD_RIDGE, Double.NaN),
            "dmd_ridge is NaN, must be a number of 0 or more, below 1"),
        refused(
            () -> b().with(DMD_RIDGE, 1.0),
            "dmd_ridge is 1.0, must be a number of 0 or more, below 1"),
        refused(
            () -> b().with(DMD_RIDGE, -1e-9),
            "dmd_ridge is -1.0E-9, must be a number of 0 or more, below 1"));
  }

  private static DBCacheConfig b() {
    return DBCacheConfig.cacheDitDefaults();
  }

  private static Arguments refused(ThrowingCallable made, String message) {
    return Arguments.of(made, message);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void wrongValuesAreNamed(ThrowingCallable build, String message) {
    assertThatThrownBy(build).isInstanceOf(InvalidCacheConfigException.class).hasMessage(message);
  }

  @Test
  void theEndsOfTheRangesAreAllowed() {
    assertThatCode(() -> b().with(DMD_HISTORY, 32).with(DMD_RANK, 32).with(DMD_RIDGE, 0.0))
        .doesNotThrowAnyException();
    assertThatCode(() -> b().with(TAYLORSEER_ORDER, 4).with(DMD_RIDGE, Math.nextDown(1.0)))
        .doesNotThrowAnyException();
  }

  @Test
  void theMessagesPartsCanBeSaidAnew() {
    var error =
        catchThrowableOfType(
            InvalidCacheConfigException.class, () -> b().with(MAX_WARMUP_STEPS, -3));
    assertThat(error.key()).isEqualTo("max_warmup_steps");
    assertThat(error.value()).isEqualTo("-3");
    assertThat(error.allowed()).isEqualTo("0 or more");
  }

  @Test
  void theBlocksThatAlwaysRunMustExist() {
    var config = b().with(FN_COMPUTE_BLOCKS, 4).with(BN_COMPUTE_BLOCKS, 3);
    assertThatCode(() -> config.requireFits(7)).doesNotThrowAnyException();
    assertThatThrownBy(() -> config.requireFits(6))
        .hasMessage(
            "Bn_compute_blocks is 3, must be at most 2: the transformer has 6 blocks and"
                + " Fn_compute_blocks is 4");
    assertThatThrownBy(() -> config.requireFits(3))
        .hasMessage("Fn_compute_blocks is 4, must be at most 3, the transformer's blocks");
  }

  @Test
  void theFirstBlocksMayBeAllOfThem() {
    assertThatCode(() -> b().with(FN_COMPUTE_BLOCKS, 4).requireFits(4)).doesNotThrowAnyException();
  }

  @Test
  void theLargestNumberIsAThreshold() {
    assertThat(b().with(RESIDUAL_DIFF_THRESHOLD, Double.MAX_VALUE).get(RESIDUAL_DIFF_THRESHOLD))
        .isEqualTo(Double.MAX_VALUE);
  }
}
