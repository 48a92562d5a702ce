package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.device.Device;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheDitSettingsTest {
  @Test
  void withoutVariablesThereIsNoCache() {
    assertThat(environment(Map.of())).isEqualTo(new CacheDitSettings(false, CacheDitParams.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FN                | 2       | Fn_compute_blocks           | 2
          BN                | 3       | Bn_compute_blocks           | 3
          WARMUP            | 5       | max_warmup_steps            | 5
          RDT               | 0.4     | residual_diff_threshold     | 0.4
          MC                | -1      | max_continuous_cached_steps | -1
          TAYLORSEER        | Yes     | enable_taylorseer           | true
          TS_ORDER          | 2       | taylorseer_order            | 2
          DMD               | t       | enable_dmd                  | true
          DMD_HISTORY       | 8       | dmd_history                 | 8
          DMD_RANK          | 1       | dmd_rank                    | 1
          DMD_RIDGE         | 1e-3    | dmd_ridge                   | 0.001
          DMD_SVD_PRECISION | LOW     | dmd_svd_precision           | low
          SCM_PRESET        | ultra   | scm_preset                  | ultra
          SCM_POLICY        | static  | scm_policy                  | static
          """)
  void everyVariableAndPropertySetsItsParameter(String end, String text, String key, String value) {
    // When
    String property = "sglang.cache-dit." + end.toLowerCase(Locale.ROOT).replace('_', '-');
    CacheDitSettings variable = environment(Map.of("SGLANG_CACHE_DIT_" + end, text));
    CacheDitSettings inFile = file(Map.of(property, text));

    // Then
    assertThat(variable.params().toMap().get(key)).hasToString(value);
    assertThat(inFile).isEqualTo(variable);
    assertThat(variable.enabled()).isFalse();
  }

  @Test
  void theBinsAreGivenTogether() {
    var params =
        environment(
                Map.of(
                    "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS", "8,3,3,2,2",
                    "SGLANG_CACHE_DIT_SCM_CACHE_BINS", "1,2,2,2,3"))
            .params();
    assertThat(params.toMap())
        .containsEntry("scm_compute_bins", List.of(8, 3, 3, 2, 2))
        .containsEntry("scm_cache_bins", List.of(1, 2, 2, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "YES", "y", "t", "on", " True "})
  void sglangsWordsForTrueEnable(String word) {
    assertThat(environment(Map.of("SGLANG_CACHE_DIT_ENABLED", word)).enabled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "false", "No", "n", "f", "off", "", "  "})
  void sglangsWordsForFalseDoNot(String word) {
    assertThat(environment(Map.of("SGLANG_CACHE_DIT_ENABLED", word)).enabled()).isFalse();
    assertThat(environment(Map.of("SGLANG_CACHE_DIT_DMD", word)).params().toMap())
        .containsEntry("enable_dmd", false);
  }

  @Test
  void anEmptyValueMeansTheDefault() {
    Map<String, String> empty = new HashMap<>();
    for (String end : "ENABLED FN BN RDT TAYLORSEER SCM_PRESET SCM_COMPUTE_BINS".split(" ")) {
      empty.put("SGLANG_CACHE_DIT_" + end, "");
    }
    assertThat(environment(empty)).isEqualTo(environment(Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          enabled           | maybe | sglang.cache-dit.enabled (SGLANG_CACHE_DIT_ENABLED) is 'maybe', must be true or false
          fn                | zwei  | sglang.cache-dit.fn (SGLANG_CACHE_DIT_FN) is 'zwei', must be a whole number below 2147483648
          fn                | 0     | sglang.cache-dit.fn (SGLANG_CACHE_DIT_FN) is '0', must be 1 or more
          bn                | -1    | sglang.cache-dit.bn (SGLANG_CACHE_DIT_BN) is '-1', must be 0 or more
          warmup            | 1.5   | sglang.cache-dit.warmup (SGLANG_CACHE_DIT_WARMUP) is '1.5', must be a whole number below 2147483648
          rdt               | NaN   | sglang.cache-dit.rdt (SGLANG_CACHE_DIT_RDT) is 'NaN', must be a number
          mc                | -2    | sglang.cache-dit.mc (SGLANG_CACHE_DIT_MC) is '-2', must be 0 or more, or -1 for no limit
          taylorseer        | 2     | sglang.cache-dit.taylorseer (SGLANG_CACHE_DIT_TAYLORSEER) is '2', must be true or false
          ts-order          | 5     | sglang.cache-dit.ts-order (SGLANG_CACHE_DIT_TS_ORDER) is '5', must be 0 to 4
          dmd               | x     | sglang.cache-dit.dmd (SGLANG_CACHE_DIT_DMD) is 'x', must be true or false
          dmd-history       | 0     | sglang.cache-dit.dmd-history (SGLANG_CACHE_DIT_DMD_HISTORY) is '0', must be 1 to 32
          dmd-rank          | -1    | sglang.cache-dit.dmd-rank (SGLANG_CACHE_DIT_DMD_RANK) is '-1', must be 0 (automatic) to 32
          dmd-ridge         | 2     | sglang.cache-dit.dmd-ridge (SGLANG_CACHE_DIT_DMD_RIDGE) is '2.0', must be a number of 0 or more, below 1
          dmd-svd-precision | top   | sglang.cache-dit.dmd-svd-precision (SGLANG_CACHE_DIT_DMD_SVD_PRECISION) is 'top', must be low, medium or high
          scm-preset        | quick | sglang.cache-dit.scm-preset (SGLANG_CACHE_DIT_SCM_PRESET) is 'quick', must be none, slow, medium, fast or ultra
          scm-compute-bins  | 8,x   | sglang.cache-dit.scm-compute-bins (SGLANG_CACHE_DIT_SCM_COMPUTE_BINS) is '8,x', must be whole numbers of 0 or more, such as 8,3,3,2,2
          scm-compute-bins  | 8,3   | sglang.cache-dit.scm-compute-bins (SGLANG_CACHE_DIT_SCM_COMPUTE_BINS) is '[8, 3]', must be given together with SGLANG_CACHE_DIT_SCM_CACHE_BINS
          scm-cache-bins    | 1     | sglang.cache-dit.scm-cache-bins (SGLANG_CACHE_DIT_SCM_CACHE_BINS) is '[1]', must be given together with SGLANG_CACHE_DIT_SCM_COMPUTE_BINS
          scm-policy        | both  | sglang.cache-dit.scm-policy (SGLANG_CACHE_DIT_SCM_POLICY) is 'both', must be dynamic or static
          """)
  void aWrongValueIsNamedWithItsVariableAndWhatIsAllowed(
      String name, String value, String message) {
    assertThatThrownBy(() -> file(Map.of("sglang.cache-dit." + name, value)))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
    String end = name.toUpperCase(Locale.ROOT).replace('-', '_');
    assertThatThrownBy(() -> environment(Map.of("SGLANG_CACHE_DIT_" + end, value)))
        .hasMessage(message);
    if (!name.equals("enabled") && !name.startsWith("scm-")) {
      assertThatThrownBy(() -> environment(Map.of("SGLANG_CACHE_DIT_SECONDARY_" + end, value)))
          .isInstanceOf(SettingException.class)
          .hasMessage(
              message
                  .replace("cache-dit.", "cache-dit.secondary-")
                  .replace("CACHE_DIT_", "CACHE_DIT_SECONDARY_"));
    }
  }

  @Test
  void twoCalibratorsAtOnceAreRefused() {
    assertThatThrownBy(() ->
            environment(Map.of("SGLANG_CACHE_DIT_DMD", "1", "SGLANG_CACHE_DIT_TAYLORSEER", "1")))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "sglang.cache-dit.dmd (SGLANG_CACHE_DIT_DMD) is 'true', must be false while"
                + " SGLANG_CACHE_DIT_TAYLORSEER is true");
  }

  @Test
  void blocksAreCheckedAgainstTheModelWhenCachesAreTheDefault() {
    Map<String, String> given = Map.of("SGLANG_CACHE_DIT_FN", "15");
    environment(given).requireFits(14);

    Map<String, String> enabled = new HashMap<>(given);
    enabled.put("SGLANG_CACHE_DIT_ENABLED", "1");
    environment(enabled).requireFits(15);
    assertThatThrownBy(() -> environment(enabled).requireFits(14))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "sglang.cache-dit.fn (SGLANG_CACHE_DIT_FN) is '15', must be at most 14, the"
                + " transformer's blocks");
  }

  @ParameterizedTest
  @EnumSource(
      value = Device.Kind.class,
      names = {"CUDA", "EMULATED"})
  void aForecastOfTheProcessorIsNoDefaultOnADevice(Device.Kind kind) {
    Map<String, String> given = new HashMap<>(Map.of("SGLANG_CACHE_DIT_DMD", "1"));
    var device = new Device(kind, 0);
    environment(given).requireWorksOn(device);

    given.put("SGLANG_CACHE_DIT_ENABLED", "1");
    environment(given).requireWorksOn(Device.CPU);
    assertThatThrownBy(() -> environment(given).requireWorksOn(device))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "sglang.cache-dit.dmd (SGLANG_CACHE_DIT_DMD) is 'true', must be false on a device,"
                + " where the residuals stay: SGLANG_CACHE_DIT_TAYLORSEER works there");

    given.put("SGLANG_CACHE_DIT_DMD", "0");
    given.put("SGLANG_CACHE_DIT_TAYLORSEER", "1");
    environment(given).requireWorksOn(device);
  }

  @Test
  void unknownNamesAreSaidWithTheNearestKnownOne() {
    assertThat(
            Given.variables(Map.of("SGLANG_CACHE_DIT_ENABLE", "1", "SGLANG_OTHER", "2")).warnings())
        .containsExactly(
            "SGLANG_CACHE_DIT_ENABLE is no known setting and has no effect; did you mean"
                + " SGLANG_CACHE_DIT_ENABLED?");
    assertThat(
            Given.properties(Map.of("sglang.cache-dit.secondary.scm-policies-of-all", "1"))
                .warnings())
        .singleElement()
        .asString()
        .startsWith("SGLANG_CACHE_DIT_SECONDARY_SCM_POLICIES_OF_ALL is no known setting");
  }

  @Test
  void theSecondaryTransformersVariablesAreTakenWithOneLine() {
    Map<String, String> given = new HashMap<>();
    for (String end : "FN BN WARMUP RDT MC TS_ORDER TAYLORSEER DMD_HISTORY DMD_RANK".split(" ")) {
      given.put("SGLANG_CACHE_DIT_SECONDARY_" + end, "1");
    }
    given.put("SGLANG_CACHE_DIT_SECONDARY_DMD", "0");
    given.put("SGLANG_CACHE_DIT_SECONDARY_DMD_RIDGE", "1e-3");
    given.put("SGLANG_CACHE_DIT_SECONDARY_DMD_SVD_PRECISION", "low");
    CacheDitSettings settings = environment(given);
    assertThat(settings.params()).isEqualTo(CacheDitParams.NONE);
    assertThat(Given.variables(given).warnings())
        .singleElement()
        .asString()
        .contains("SGLANG_CACHE_DIT_SECONDARY_FN, ")
        .endsWith(": no effect, the model has one transformer");
  }

  private static CacheDitSettings environment(Map<String, String> variables) {
    return CacheDitSettings.from(Given.variables(variables));
  }

  private static CacheDitSettings file(Map<String, String> properties) {
    return CacheDitSettings.from(Given.properties(properties));
  }
}
