package io.inkstream.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Forecasts equal those of cache-dit's calibrators.
class CalibratorForecastTest {
  private static final int SAMPLES = 2;

  static Stream<Named<JsonNode>> taylorseer() {
    return cases("taylorseer.json");
  }

  static Stream<Named<JsonNode>> dmd() {
    return cases("dmd.json");
  }

  private static Stream<Named<JsonNode>> cases(String file) {
    return StreamSupport.stream(CacheFixtures.json(file).spliterator(), false)
        .map(node -> Named.of(node.get("name").asText(), node));
  }

  @ParameterizedTest
  @MethodSource("taylorseer")
  void taylorSeerForecastsToTheBit(JsonNode fixture) {
    var config = new CalibratorConfig.TaylorSeer(fixture.get("order").asInt());
    replay(config, fixture.get("steps"), 0);
  }

  @ParameterizedTest
  @MethodSource("dmd")
  void dmdForecasts(JsonNode fixture) {
    var precision = fixture.get("svd_precision").asText().toUpperCase(Locale.ROOT);
    var config =
        new CalibratorConfig.Dmd(
            fixture.get("history").asInt(),
            fixture.get("rank").asInt(),
            fixture.get("ridge").asDouble(),
            CalibratorConfig.SvdPrecision.valueOf(precision));
    replay(config, fixture.get("steps"), 1e-6);
  }

  @Test
  void dmdContinuesASumOfExponentials() {
    // Given a path of two real modes
    try (var calibrator = Calibrator.of(CacheFixtures.DMD);
        var zero = Tensor.zeros(8);
        var x = Tensor.zeros(8)) {
      for (int step = 0; step < 6; step++) {
        calibrator.markStepBegin();
        try (var residual = modes(step)) {
          calibrator.update(List.of(zero), List.of(residual));
        }
      }

      // When four steps are skipped
      for (int step = 6; step < 10; step++) {
        calibrator.markStepBegin();
      }
      calibrator.addTo(List.of(x));

      // Then
      try (var expected = modes(9)) {
        assertThat(x.toArray()).containsExactly(expected.toArray(), within(1e-4f));
      }
    }
  }

  private static Tensor modes(int step) {
    float[] values = new float[8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((i + 1) * Math.pow(0.95, step) + (i % 3 - 1) * 3 * Math.pow(0.6, step));
    }
    return Tensor.of(values, values.length);
  }

  private static void replay(CalibratorConfig config, JsonNode steps, double tolerance) {
    long open = Tensor.open();
    try (var calibrator = Calibrator.of(config)) {
      int forecasts = 0;
      for (JsonNode step : steps) {
        calibrator.markStepBegin();
        if (step.has("computed")) {
          update(calibrator, CacheFixtures.floats(step.get("computed")));
        } else {
          forecasts++;
          float[] expected = CacheFixtures.floats(step.get("forecast"));
          float[] actual = forecast(calibrator, expected.length);
          assertThat(distance(actual, expected)).isLessThanOrEqualTo(tolerance);
        }
      }
      assertThat(forecasts).isPositive();
      assertThat(Tensor.open() - open).isLessThanOrEqualTo((long) SAMPLES * config.buffers());
    }
    assertThat(Tensor.open()).isEqualTo(open);
  }

  private static void update(Calibrator calibrator, float[] residual) {
    List<Tensor> before = CacheFixtures.split(new float[residual.length], SAMPLES);
    List<Tensor> after = CacheFixtures.split(residual, SAMPLES);
    calibrator.update(before, after);
    CacheFixtures.close(before);
    CacheFixtures.close(after);
  }

  private static float[] forecast(Calibrator calibrator, int length) {
    List<Tensor> pictures = CacheFixtures.split(new float[length], SAMPLES);
    calibrator.addTo(pictures);
    float[] values = CacheFixtures.join(pictures);
    CacheFixtures.close(pictures);
    return values;
  }

  // Largest difference, relative to the largest value.
  private static double distance(float[] actual, float[] expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
    }
    return difference / largest;
  }
}
