package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheDitParamsTest {
  private static final int STEPS = 28;

  @Test
  void nothingSetIsSglangsDefaults() {
    assertThat(CacheDitParams.of(null)).isEqualTo(CacheDitParams.NONE);
    assertThat(params("{}").toConfig(STEPS)).isEqualTo(DBCacheConfig.sglangDefaults());
    assertThat(params("{'Fn_compute_blocks': null, 'secondary': null}"))
        .isEqualTo(CacheDitParams.NONE);
  }

  @Test
  void everyKeyReachesItsSetting() {
    DBCacheConfig config =
        params(
                """
                {'Fn_compute_blocks': 2, 'Bn_compute_blocks': 3, 'max_warmup_steps': 5,
                 'residual_diff_threshold': 0.4, 'max_continuous_cached_steps': 6,
                 'enable_taylorseer': true, 'taylorseer_order': 2, 'scm_preset': 'Fast',
                 'scm_policy': 'static', 'separate_cfg': 'always', 'warmup_interval': 7,
                 'max_cached_steps': 8, 'max_accumulated_residual_diff_threshold': 9}
                """)
            .toConfig(STEPS);
    var expected =
        DBCacheConfig.sglangDefaults()
            .with(FN_COMPUTE_BLOCKS, 2)
            .with(BN_COMPUTE_BLOCKS, 3)
            .with(MAX_WARMUP_STEPS, 5)
            .with(RESIDUAL_DIFF_THRESHOLD, 0.4)
            .with(MAX_CONTINUOUS_CACHED_STEPS, 6)
            .with(ENABLE_TAYLORSEER, true)
            .with(TAYLORSEER_ORDER, 2)
            .with(SCM_PRESET, Optional.of(StepsMaskPreset.FAST))
            .with(SCM_POLICY, StepsComputationPolicy.STATIC)
            .with(SEPARATE_CFG, SeparateCfg.ALWAYS)
            .with(WARMUP_INTERVAL, 7)
            .with(MAX_CACHED_STEPS, 8)
            .with(MAX_ACCUMULATED_RESIDUAL_DIFF, 9.0);
    assertThat(config.params()).isEqualTo(expected.params());
    assertThat(config.mask()).contains(StepsComputationMask.preset(StepsMaskPreset.FAST, STEPS));
    assertThat(config.calibrator()).isEqualTo(new CalibratorConfig.TaylorSeer(2));
    assertThat(
            params(
                    """
                    {'enable_dmd': true, 'dmd_history': 5, 'dmd_rank': 2, 'dmd_ridge': 0.5,
                     'dmd_svd_precision': 'high'}
                    """)
                .toConfig(STEPS)
                .calibrator())
        .isEqualTo(new CalibratorConfig.Dmd(5, 2, 0.5, CalibratorConfig.SvdPrecision.HIGH));
    assertThat(params("{'separate_cfg': 'by-branches'}").toConfig(1).get(SEPARATE_CFG))
        .isEqualTo(SeparateCfg.BY_BRANCHES);
  }

  @Test
  void everyKeysDefaultIsAValueThatChangesNothing() {
    for (CacheDitKey<?> key : CacheDitKey.all()) {
      if (!key.normalJson().equals(List.of())) { // bins cannot be set to none
        var params = CacheDitParams.of(Map.of(key.key(), key.normalJson()));
        assertThat(params.toConfig(STEPS)).as(key.key()).isEqualTo(DBCacheConfig.sglangDefaults());
        assertThat(params.toMap()).containsEntry(key.key(), key.normalJson());
      }
    }
  }

  @Test
  void noTwoKeysShareAName() {
    assertThat(CacheDitKey.all()).extracting(CacheDitKey::key).doesNotHaveDuplicates();
    assertThat(CacheDitKey.all())
        .flatExtracting(key -> key.variable().stream().toList())
        .hasSizeGreaterThan(15)
        .doesNotHaveDuplicates();
  }

  @Test
  void calibratorsAreOffUntilEnabled() {
    assertThat(params("{'taylorseer_order': 2, 'dmd_rank': 1}").toConfig(STEPS).calibrator())
        .isEqualTo(new CalibratorConfig.None());
    assertThat(params("{'enable_taylorseer': true}").toConfig(STEPS).calibrator())
        .isEqualTo(new CalibratorConfig.TaylorSeer(1));
    assertThat(params("{'enable_dmd': true}").toConfig(STEPS).calibrator())
        .isEqualTo(CacheFixtures.DMD);
  }

  @Test
  void binsAreListsOrTextsAndBeatThePreset() {
    var expected = StepsComputationMask.ofBins(List.of(8, 2), List.of(1, 2), 9);
    assertThat(
            params("{'scm_compute_bins': [8, 2], 'scm_cache_bins': '1, 2', 'scm_preset': 'slow'}")
                .toConfig(9)
                .mask())
        .contains(expected);
    assertThat(params("{'scm_preset': 'none'}").toConfig(9).mask()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'Fn_compute_blocks': 0}                 | Fn_compute_blocks is 0, must be 1 or more
          {'Fn_compute_blocks': '2'}               | Fn_compute_blocks is '2', must be a whole number below 2147483648
          {'Fn_compute_blocks': 1.0}               | Fn_compute_blocks is 1.0, must be a whole number below 2147483648
          {'Fn_compute_blocks': 99999999999}       | Fn_compute_blocks is 99999999999, must be a whole number below 2147483648
          {'Bn_compute_blocks': -1}                | Bn_compute_blocks is -1, must be 0 or more
          {'max_warmup_steps': -1}                 | max_warmup_steps is -1, must be 0 or more
          {'residual_diff_threshold': -0.1}        | residual_diff_threshold is -0.1, must be a number of 0 or more
          {'residual_diff_threshold': 1e999}       | residual_diff_threshold is Infinity, must be a number
          {'residual_diff_threshold': true}        | residual_diff_threshold is true, must be a number
          {'max_continuous_cached_steps': -2}      | max_continuous_cached_steps is -2, must be 0 or more, or -1 for no limit
          {'max_cached_steps': -2}                 | max_cached_steps is -2, must be 0 or more, or -1 for no limit
          {'warmup_interval': 0}                   | warmup_interval is 0, must be 1 or more
          {'max_accumulated_residual_diff_threshold': -1} | max_accumulated_residual_diff_threshold is -1.0, must be a number of 0 or more
          {'enable_taylorseer': 1}                 | enable_taylorseer is 1, must be true or false
          {'taylorseer_order': 5}                  | taylorseer_order is 5, must be 0 to 4
          {'enable_dmd': 'true'}                   | enable_dmd is 'true', must be true or false
          {'enable_dmd': true, 'enable_taylorseer': true} | enable_dmd is true, must be false while enable_taylorseer is true
          {'dmd_history': 33}                      | dmd_history is 33, must be 1 to 32
          {'dmd_rank': 33}                         | dmd_rank is 33, must be 0 (automatic) to 32
          {'dmd_ridge': 1}                         | dmd_ridge is 1.0, must be a number of 0 or more, below 1
          {'dmd_svd_precision': 'full'}            | dmd_svd_precision is 'full', must be low, medium or high
          {'scm_preset': 'quick'}                  | scm_preset is 'quick', must be none, slow, medium, fast or ultra
          {'scm_policy': 1}                        | scm_policy is 1, must be dynamic or static
          {'separate_cfg': true}                   | separate_cfg is true, must be by-branches, always or never
          {'scm_compute_bins': [1]}                | scm_compute_bins is [1], must be given together with scm_cache_bins
          {'scm_cache_bins': [1]}                  | scm_cache_bins is [1], must be given together with scm_compute_bins
          {'scm_compute_bins': [], 'scm_cache_bins': [1]} | scm_compute_bins is [], must be whole numbers of 0 or more, such as 8,3,3,2,2
          {'scm_compute_bins': [-1], 'scm_cache_bins': [1]} | scm_compute_bins is [-1], must be whole numbers of 0 or more, such as 8,3,3,2,2
          {'scm_compute_bins': '1,,2', 'scm_cache_bins': [1]} | scm_compute_bins is '1,,2', must be whole numbers of 0 or more, such as 8,3,3,2,2
          {'secondary': 3}                         | secondary is 3, must be an object
          [1]                                      | cache_dit_params is [1], must be a JSON object
          3                                        | cache_dit_params is 3, must be a JSON object
          """)
  void aWrongValueIsNamedWithWhatIsAllowed(String json, String message) {
    assertThatThrownBy(() -> params(json))
        .isInstanceOf(InvalidCacheConfigException.class)
        .hasMessage(message);
  }

  @Test
  void anUnknownKeyIsNamedWithTheKnownOnesAndTheNearest() {
    assertThatThrownBy(() -> params("{'fn_compute_block': 1}"))
        .isInstanceOf(InvalidCacheConfigException.class)
        .hasMessageStartingWith(
            "cache_dit_params key 'fn_compute_block' is unknown, must be one of")
        .hasMessageContaining("Bn_compute_blocks, max_warmup_steps, ")
        .hasMessageEndingWith(", secondary, did you mean Fn_compute_blocks?");
    assertThatThrownBy(() -> params("{'" + "x".repeat(40_000) + "': 1}"))
        .hasMessageEndingWith(", secondary")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'scm_preset': 'fast'}                                  | 5 | num_inference_steps is 5, must be 4, 6, or 8 and more with an scm_preset
          {'scm_compute_bins': [2, 1], 'scm_cache_bins': [1, 0]}  | 5 | scm_compute_bins is [2, 1] with scm_cache_bins [1, 0], must be bins that add up to the request's 5 steps or more, not 4
          """)
  void aMaskMustGoWithTheSteps(String json, int steps, String message) {
    CacheDitParams params = params(json);
    assertThatThrownBy(() -> params.toConfig(steps)).hasMessage(message);
  }

  @Test
  void blocksMustBeThere() {
    CacheDitParams params = params("{'Fn_compute_blocks': 3, 'Bn_compute_blocks': 2}");
    params.requireFits(5);
    assertThatThrownBy(() -> params.requireFits(4))
        .hasMessage(
            "Bn_compute_blocks is 2, must be at most 1: the transformer has 4 blocks and"
                + " Fn_compute_blocks is 3");
  }

  @Test
  void theHigherSettingsWinOneByOne() {
    CacheDitParams lower = params("{'Fn_compute_blocks': 3, 'Bn_compute_blocks': 2}");
    assertThat(params("{'Fn_compute_blocks': 4}").over(lower))
        .isEqualTo(params("{'Fn_compute_blocks': 4, 'Bn_compute_blocks': 2}"));
    assertThat(CacheDitParams.NONE.over(lower)).isEqualTo(lower);
    assertThat(lower.over(params("{'secondary': {}}")).hasSecondary()).isTrue();
  }

  @Test
  void aCalibratorOrMaskThatIsChosenReplacesTheLowerOne() {
    CacheDitParams taylor = params("{'enable_taylorseer': true}");
    CacheDitParams dmd = params("{'enable_dmd': true}");
    assertThat(dmd.over(taylor)).isEqualTo(dmd);
    assertThat(taylor.over(dmd)).isEqualTo(taylor);
    CacheDitParams bins = params("{'scm_compute_bins': [99], 'scm_cache_bins': [0]}");
    assertThat(params("{'scm_preset': 'none'}").over(bins).toConfig(20).mask()).isEmpty();
    assertThat(bins.over(params("{'scm_preset': 'fast'}")).toConfig(20).mask())
        .contains(new StepsComputationMask("1".repeat(20)));
  }

  @Test
  void whatItSaysOfItselfMakesTheSameCacheAgain() {
    for (String json :
        new String[] {
          "{}",
          "{'enable_taylorseer': true, 'taylorseer_order': 2, 'Bn_compute_blocks': 1}",
          "{'enable_dmd': true, 'dmd_rank': 3, 'separate_cfg': 'never'}",
          "{'scm_compute_bins': [9, 9], 'scm_cache_bins': [1, 9], 'scm_policy': 'static'}"
        }) {
      CacheDitParams params = params(json);
      CacheDitParams again = CacheDitParams.of(params.toMap());
      assertThat(again.toConfig(STEPS)).isEqualTo(params.toConfig(STEPS));
      CacheDitParams others = params("{'Fn_compute_blocks': 9, 'enable_taylorseer': true}");
      assertThat(again.over(others).toConfig(STEPS)).isEqualTo(params.toConfig(STEPS));
    }
    assertThat(params("{'max_cached_steps': 3}").toMap())
        .isEqualTo(
            Map.of(
                "Fn_compute_blocks", 1,
                "Bn_compute_blocks", 0,
                "max_warmup_steps", 4,
                "residual_diff_threshold", 0.24,
                "max_continuous_cached_steps", 3,
                "enable_taylorseer", false,
                "enable_dmd", false,
                "scm_preset", "none",
                "max_cached_steps", 3));
  }

  static CacheDitParams params(String json) {
    try {
      return CacheDitParams.of(new ObjectMapper().readValue(json.replace('\'', '"'), Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
