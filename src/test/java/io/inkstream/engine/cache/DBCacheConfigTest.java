package io.inkstream.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inkstream.engine.cache.CalibratorConfig.Dmd;
import io.inkstream.engine.cache.CalibratorConfig.SvdPrecision;
import io.inkstream.engine.cache.CalibratorConfig.TaylorSeer;
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
    assertThat(DBCacheConfig.sglangDefaults().maxCachedSteps()).isEqualTo(-1);
    assertThat(SummaryName.of(DBCacheConfig.cacheDitDefaults(), true, 0))
        .isEqualTo("DBCache_F8B0_W8I1M0MC0_R0.08_CFG1_T0O0");
    assertThat(DBCacheConfig.cacheDitDefaults().maxContinuousCachedSteps()).isEqualTo(-1);
    assertThat(DBCacheConfig.cacheDitDefaults().cfgDiffComputeSeparate()).isTrue();
  }

  @Test
  void aBuilderStartsFromAllSettings() {
    var config =
        new DBCacheConfigBuilder()
            .fnComputeBlocks(2)
            .bnComputeBlocks(1)
            .residualDiffThreshold(0.3)
            .maxWarmupSteps(5)
            .warmupInterval(2)
            .maxCachedSteps(9)
            .maxContinuousCachedSteps(4)
            .maxAccumulatedResidualDiff(1.5)
            .separateCfg(SeparateCfg.ALWAYS)
            .cfgDiffComputeSeparate(false)
            .cfgComputeFirst(true)
            .mask(new StepsComputationMask("110"))
            .policy(StepsComputationPolicy.STATIC)
            .calibrator(Dmd.defaults())
            .build();
    assertThat(config.toBuilder().build()).isEqualTo(config);
    assertThat(config).isNotEqualTo(DBCacheConfig.cacheDitDefaults());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(b().fnComputeBlocks(0), "Fn_compute_blocks is 0, must be 1 or more"),
        refused(b().bnComputeBlocks(-1), "Bn_compute_blocks is -1, must be 0 or more"),
        refused(
            b().residualDiffThreshold(-0.1),
            "residual_diff_threshold is -0.1, must be a number of 0 or more"),
        refused(
            b().residualDiffThreshold(Double.NaN),
            "residual_diff_threshold is NaN, must be a number of 0 or more"),
        refused(
            b().residualDiffThreshold(Double.POSITIVE_INFINITY),
            "residual_diff_threshold is Infinity, must be a number of 0 or more"),
        refused(b().maxWarmupSteps(-1), "max_warmup_steps is -1, must be 0 or more"),
        refused(b().warmupInterval(0), "warmup_interval is 0, must be 1 or more"),
        refused(
            b().maxCachedSteps(-2),
            "max_cached_steps is -2, must be 0 or more, or -1 for no limit"),
        refused(
            b().maxContinuousCachedSteps(-2),
            "max_continuous_cached_steps is -2, must be 0 or more, or -1 for no limit"),
        refused(
            b().maxAccumulatedResidualDiff(-1),
            "max_accumulated_residual_diff_threshold is -1.0, must be a number of 0 or more"),
        refused(
            b().cfgComputeFirst(true),
            "cfg_compute_first is true, must be false while cfg_diff_compute_separate is true"));
  }

  private static DBCacheConfigBuilder b() {
    return new DBCacheConfigBuilder();
  }

  private static Arguments refused(DBCacheConfigBuilder builder, String message) {
    return Arguments.of((ThrowingCallable) builder::build, message);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void wrongValuesAreNamed(ThrowingCallable build, String message) {
    assertThatThrownBy(build).isInstanceOf(InvalidCacheConfigException.class).hasMessage(message);
  }

  @Test
  void calibratorsCheckTheirValues() {
    assertThatThrownBy(() -> new TaylorSeer(5)).hasMessage("taylorseer_order is 5, must be 0 to 4");
    assertThatThrownBy(() -> new TaylorSeer(-1)).hasMessageContaining("0 to 4");
    assertThatThrownBy(() -> new Dmd(0, 0, 0, SvdPrecision.LOW))
        .hasMessage("dmd_history is 0, must be 1 to 32");
    assertThatThrownBy(() -> new Dmd(33, 0, 0, SvdPrecision.LOW)).hasMessageContaining("1 to 32");
    assertThatThrownBy(() -> new Dmd(6, -1, 0, SvdPrecision.LOW))
        .hasMessage("dmd_rank is -1, must be 0 (automatic) to 32");
    assertThatThrownBy(() -> new Dmd(6, 33, 0, SvdPrecision.LOW)).hasMessageContaining("to 32");
    assertThatThrownBy(() -> new Dmd(6, 0, Double.NaN, SvdPrecision.LOW))
        .hasMessage("dmd_ridge is NaN, must be a number of 0 or more, below 1");
    assertThatThrownBy(() -> new Dmd(6, 0, 1, SvdPrecision.LOW)).hasMessageContaining("below 1");
    assertThatThrownBy(() -> new Dmd(6, 0, -1e-9, SvdPrecision.LOW)).hasMessageContaining("0 or");
    assertThatCode(() -> new Dmd(32, 32, 0, SvdPrecision.LOW)).doesNotThrowAnyException();
  }

  @Test
  void theMessagesPartsCanBeSaidAnew() {
    var error =
        catchThrowableOfType(
            InvalidCacheConfigException.class, () -> b().maxWarmupSteps(-3).build());
    assertThat(error.key()).isEqualTo("max_warmup_steps");
    assertThat(error.value()).isEqualTo("-3");
    assertThat(error.allowed()).isEqualTo("0 or more");
  }

  @Test
  void theBlocksThatAlwaysRunMustExist() {
    var config = b().fnComputeBlocks(4).bnComputeBlocks(3).build();
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
    assertThatCode(() -> b().fnComputeBlocks(4).build().requireFits(4)).doesNotThrowAnyException();
  }

  @Test
  void theLargestNumberIsAThreshold() {
    assertThat(b().residualDiffThreshold(Double.MAX_VALUE).build().residualDiffThreshold())
        .isEqualTo(Double.MAX_VALUE);
  }
}
