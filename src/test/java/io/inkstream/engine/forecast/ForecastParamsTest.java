package io.inkstream.engine.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.Calibrated;
import io.inkstream.engine.forecast.ForecastPolicy.Guarded;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.forecast.ForecastPolicy.MeanCache;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What was asked of a forecast, and which policy that is.
class ForecastParamsTest {
  private static final float[] SIGMAS = Laboratory.sigmas(20);
  private static final ForecastTables TABLES =
      new ForecastTables(List.of(Laboratory.table(50, 20), Laboratory.table(20, 10)));

  @Test
  void aTableThatFitsIsUsedUnlessAnotherPolicyIsNamed() {
    assertThat(ForecastParams.NONE.resolve(SIGMAS, TABLES))
        .isEqualTo(new Calibrated(Laboratory.table(20, 10)));
    assertThat(params(Map.of("policy", "power-law")).resolve(SIGMAS, TABLES))
        .isEqualTo(new PowerLaw(0.5));
    assertThat(params(Map.of("policy", "guarded")).resolve(SIGMAS, TABLES))
        .isEqualTo(new Guarded(0.5, 0.02));
    assertThat(params(Map.of("policy", "both-ends", "share", 0.4)).resolve(SIGMAS, TABLES))
        .isEqualTo(new BothEnds(0.4));
  }

  @Test
  void withoutATableTheDefaultIsGuarded() {
    assertThat(ForecastParams.NONE.resolve(SIGMAS, ForecastTables.NONE))
        .isEqualTo(new Guarded(0.5, 0.02));
    assertThat(ForecastParams.ofShare(0.4).resolve(SIGMAS, TABLES))
        .isEqualTo(new Guarded(0.4, 0.02));
  }

  @Test
  void aTableOfOtherNoiseLevelsDoesNotFit() {
    float[] shifted = SIGMAS.clone();
    shifted[7] += 1e-3f;
    assertThat(ForecastParams.NONE.resolve(shifted, TABLES)).isEqualTo(new Guarded(0.5, 0.02));
  }

  @Test
  void aTableThatIsAskedForMustExist() {
    var wanted = params(Map.of("policy", "calibrated", "share", 0.35));
    assertThatThrownBy(() -> wanted.resolve(SIGMAS, TABLES))
        .isInstanceOf(InvalidForecastException.class)
        .hasMessage(
            "forecast policy is calibrated, must be guarded or both-ends here: the model has no"
                + " table for 7 of 20 steps at this size (inkstream calibrate makes one)");
  }

  @Test
  void whatIsSaidBeatsTheSettingsOneByOne() {
    var settings =
        new ForecastParams(Optional.of(Kind.POWER_LAW), Optional.of(0.4), Optional.of(0.1));
    assertThat(ForecastParams.NONE.over(settings)).isEqualTo(settings);
    assertThat(ForecastParams.ofShare(0.3).over(settings).resolve(SIGMAS, TABLES))
        .isEqualTo(new PowerLaw(0.3));
    assertThat(params(Map.of("policy", "guarded")).over(settings).resolve(SIGMAS, TABLES))
        .isEqualTo(new Guarded(0.4, 0.1));
  }

  @Test
  void meanCacheIsForItsPublishedStepsOnly() {
    var half = params(Map.of("policy", "mean-cache"));
    assertThat(half.resolve(Laboratory.sigmas(50), TABLES)).isEqualTo(new MeanCache(25));
    for (var refused : List.of(half, params(Map.of("policy", "mean-cache", "share", 0.34)))) {
      assertThatThrownBy(() -> refused.resolve(SIGMAS, TABLES))
          .isInstanceOf(InvalidForecastException.class)
          .hasMessage(
              "forecast policy is mean-cache, must be another one unless [25, 17, 10] of 50 steps"
                  + " are computed");
    }
  }

  @Test
  void aToleranceMeansTheGuardedPolicy() {
    assertThat(params(Map.of("tolerance", 0.02)).policy()).contains(Kind.GUARDED);
  }

  @Test
  void theFieldIsAnObjectAShareOrAWord() {
    assertThat(ForecastFields.of(true).enable()).contains(true);
    assertThat(ForecastFields.of(false).enable()).contains(false);
    assertThat(ForecastFields.of(0.3).params().share()).contains(0.3);
    assertThat(ForecastFields.of(Map.of()).enable()).contains(true);
    assertThat(ForecastFields.of(Map.of("policy", "power-law", "share", 1)).params().toMap())
        .isEqualTo(Map.of("policy", "power-law", "share", 1.0));
  }

  static Stream<Arguments> wrong() {
    Map<String, Object> withNull = new LinkedHashMap<>();
    withNull.put("policy", 3);
    return Stream.of(
        Arguments.of("fast", "forecast is 'fast', must be an object such as"),
        Arguments.of(List.of(), "forecast is [], must be an object such as"),
        Arguments.of(0, "forecast share is 0.0, must be above 0 and at most 1"),
        Arguments.of(Double.NaN, "forecast share is NaN, must be above 0 and at most 1"),
        Arguments.of(Map.of("share", 1.2), "forecast share is 1.2, must be above 0 and at most 1"),
        Arguments.of(Map.of("share", "half"), "forecast share is 'half', must be a number"),
        Arguments.of(
            withNull, "must be one of [guarded, both-ends, calibrated, power-law, mean-cache]"),
        Arguments.of(Map.of("policy", "Taylor"), "forecast policy is 'Taylor', must be one of"),
        Arguments.of(Map.of("rate", 1), "must be one of [policy, share, tolerance]"),
        Arguments.of(Map.of("tolerance", 0), "forecast tolerance is 0.0, must be above 0"),
        Arguments.of(
            Map.of("policy", "adaptive"),
            "forecast policy is 'adaptive', must be one of [guarded, both-ends, calibrated,"
                + " power-law, mean-cache]: guarded does what it did, with a tolerance of its own"),
        Arguments.of(
            Map.of("policy", "power-law", "tolerance", 0.5),
            "forecast tolerance is 0.5, must be left out unless the policy is guarded"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsNamed(Object json, String message) {
    assertThatThrownBy(() -> ForecastFields.of(json))
        .isInstanceOf(InvalidForecastException.class)
        .hasMessageContaining(message);
  }

  private static ForecastParams params(Map<String, Object> map) {
    return ForecastFields.of(map).params();
  }
}
