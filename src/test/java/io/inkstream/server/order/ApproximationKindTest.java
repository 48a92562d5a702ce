package io.inkstream.server.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.order.ApproximationKind.Asked;
import io.inkstream.server.order.ApproximationKind.Fidelity;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which approximation results from a request's words and the settings.
class ApproximationKindTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # request: cache, forecast, quality, ab2 | defaults: cache, forecast | what results
                | | UNSAID | false | false | false | NOTHING
                | | UNSAID | false | true  | false | CACHE
                | | UNSAID | false | false | true  | FORECAST
          true  | | UNSAID | false | false | false | CACHE
          true  | | UNSAID | false | false | true  | CACHE
          false | | UNSAID | false | true  | false | NOTHING
                | true  | UNSAID | false | false | false | FORECAST
                | true  | UNSAID | false | true  | false | FORECAST
          false | true  | UNSAID | false | true  | false | FORECAST
          true  | false | UNSAID | false | false | true  | CACHE
                | false | UNSAID | false | false | true  | NOTHING
                | false | UNSAID | false | true  | false | CACHE
                | | EXACT  | false | true  | false | NOTHING
                | | EXACT  | false | false | true  | NOTHING
          false | false | EXACT  | false | false | true  | NOTHING
                | | HIGH   | false | false | false | FORECAST
                | | HIGH   | false | true  | false | FORECAST
          true  | | HIGH   | false | false | false | CACHE
                | false | HIGH   | false | true  | false | CACHE
                | | HIGH   | true  | false | false | NOTHING
                | | UNSAID | true  | false | true  | NOTHING
          """)
  void aRequestsWordsBeatTheSettings(
      Boolean cache,
      Boolean forecast,
      Fidelity fidelity,
      boolean plain,
      boolean cacheByDefault,
      boolean forecastByDefault,
      ApproximationKind expected) {
    var said =
        new Asked(Optional.ofNullable(cache), Optional.ofNullable(forecast), fidelity, plain);
    assertThat(ApproximationKind.of(said, cacheByDefault, forecastByDefault)).isEqualTo(expected);
  }

  @Test
  void aCacheAndAForecastAreRefused() {
    var both = new Asked(Optional.of(true), Optional.of(true), Fidelity.UNSAID, false);
    assertThatThrownBy(() -> ApproximationKind.of(both, false, false))
        .isInstanceOfSatisfying(
            InvalidRequestException.class, e -> assertThat(e.parameter()).isEqualTo("forecast"))
        .hasMessage("forecast is given with enable_cache_dit, must be given without: one of them");
  }

  @Test
  void exactWithAnApproximationIsRefused() {
    var forecast = new Asked(Optional.empty(), Optional.of(true), Fidelity.EXACT, false);
    assertThatThrownBy(() -> ApproximationKind.of(forecast, false, false))
        .hasMessage("quality is exact or lossless, must be left out with forecast");
    var cache = new Asked(Optional.of(true), Optional.empty(), Fidelity.EXACT, false);
    assertThatThrownBy(() -> ApproximationKind.of(cache, false, false))
        .hasMessage("quality is exact or lossless, must be left out with enable_cache_dit");
  }
}
