package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.scheduler.Sampler;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenoisingSettingsTest {
  @Test
  void withoutVariablesEveryStepIsEulersAndComputed() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new DenoisingSettings(
                Sampler.EULER, false, ForecastParams.NONE, Optional.empty(), true));
  }

  @Test
  void everyVariableIsRead() {
    var settings =
        read(
            Map.of(
                "INKSTREAM_FORECAST_ENABLED", "true",
                "INKSTREAM_FORECAST_POLICY", "guarded",
                "INKSTREAM_FORECAST_SHARE", "0.4",
                "INKSTREAM_FORECAST_TOLERANCE", "0.02",
                "INKSTREAM_FORECAST_TABLE", "tables.json",
                "INKSTREAM_FORECAST_QUALITY_HIGH", "no"));
    assertThat(settings)
        .isEqualTo(
            new DenoisingSettings(
                Sampler.EULER,
                true,
                new ForecastParams(Optional.of(Kind.GUARDED), Optional.of(0.4), Optional.of(0.02)),
                Optional.of(Path.of("tables.json")),
                false));
    assertThat(read(Map.of("INKSTREAM_SAMPLER", "ab2")).sampler()).isEqualTo(Sampler.AB2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          INKSTREAM_SAMPLER            | heun   | 'heun', must be one of [euler, ab2]
          INKSTREAM_FORECAST_ENABLED   | maybe  | 'maybe', must be true or false
          INKSTREAM_FORECAST_POLICY    | taylor | 'taylor', must be one of [guarded, both-ends, calibrated, power-law, mean-cache]
          INKSTREAM_FORECAST_SHARE     | 0      | '0', must be above 0 and at most 1
          INKSTREAM_FORECAST_SHARE     | half   | 'half', must be above 0 and at most 1
          INKSTREAM_FORECAST_TOLERANCE | -1     | '-1', must be above 0 and at most 10
          """)
  void aWrongValueIsNamed(String variable, String value, String message) {
    assertThatThrownBy(() -> read(Map.of(variable, value)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("(" + variable + ") is " + message);
  }

  @Test
  void aCacheAndAForecastCannotBothBeTheDefault() {
    assertThatThrownBy(() ->
            read(Map.of("INKSTREAM_FORECAST_ENABLED", "true", "SGLANG_CACHE_DIT_ENABLED", "1")))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "inkstream.forecast.enabled (INKSTREAM_FORECAST_ENABLED) is 'true', must be false with"
                + " SGLANG_CACHE_DIT_ENABLED=true");
  }

  @Test
  void aForecastCannotBeTheDefaultOfAnotherSampler() {
    assertThatThrownBy(
            () -> read(Map.of("INKSTREAM_FORECAST_ENABLED", "true", "INKSTREAM_SAMPLER", "ab2")))
        .hasMessageContaining("must be false with INKSTREAM_SAMPLER=ab2");
  }

  private static DenoisingSettings read(Map<String, String> environment) {
    var values = Given.variables(environment);
    return DenoisingSettings.from(values, CacheDitSettings.from(values));
  }
}
