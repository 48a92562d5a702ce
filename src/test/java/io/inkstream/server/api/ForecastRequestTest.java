package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.inkstream.Await;
import io.inkstream.engine.image.PngText;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The request's `forecast`, `sampler` and `quality`.
@QuarkusTest
class ForecastRequestTest {
  private static final String FOUR =
      "\"prompt\": \"a pear\", \"size\": \"64x64\", \"seed\": 7, \"num_inference_steps\": 4";

  private static final String POWER_LAW =
      "\"forecast\": {\"policy\": \"power-law\", \"share\": 0.5}";

  @Inject ModelSlot model;
  @TempDir Path temp;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  @Test
  void theAnswerAndThePictureSayWhatWasComputed() throws IOException {
    JsonPath answer = ok("\"forecast\": {\"policy\": \"both-ends\", \"share\": 0.5}");

    assertThat(answer.getString("forecast.policy")).isEqualTo("both-ends");
    assertThat(answer.getList("forecast.computed", Integer.class)).containsExactly(1, 4);
    assertThat(answer.getInt("forecast.computed_steps")).isEqualTo(2);
    assertThat(answer.getInt("forecast.forecast_steps")).isEqualTo(2);
    assertThat(answer.getDouble("forecast.speedup_estimate")).isEqualTo(2);
    assertThat(answer.getDouble("forecast.estimated_error_db")).isPositive();
    assertThat(answer.getMap("")).doesNotContainKey("cache");
    var texts = PngText.read(file(answer));
    assertThat(texts.get("parameters")).contains("Sampler: Euler", "Forecast steps: \"both-ends");
    assertThat(texts.get("inkstream"))
        .contains("\"forecast\": {\"policy\": \"both-ends\", \"share\": 0.5}")
        .contains("\"estimated_error_db\": ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"forecast\": 0.5",
        "\"forecast\": true",
        "\"quality\": \"high\"",
        "\"extra_body\": {\"forecast\": {\"share\": 0.5}}",
        "\"extra_params\": {\"forecast\": {}}"
      })
  void aForecastIsGuardedWithHalfOfTheStepsPlanned(String fields) {
    JsonPath answer = ok(FOUR.replace(": 4", ": 10"), fields);
    assertThat(answer.getString("forecast.policy")).isEqualTo("guarded");
    assertThat(answer.getList("forecast.computed", Integer.class)).contains(1, 2, 3, 10);
    assertThat(answer.getInt("forecast.computed_steps")).isBetween(5, 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"forecast\": false, \"quality\": \"high\"",
        "\"forecast\": null",
        "\"quality\": \"hd\"",
        "\"quality\": \"high\"", // of four steps each counts
        "\"quality\": \"exact\"",
        "\"quality\": \"lossless\"",
        "\"sampler\": \"ab2\", \"quality\": \"high\"",
        "\"sampler\": \"euler\""
      })
  void everyStepIsComputed(String fields) {
    assertThat(ok(fields).getMap("")).doesNotContainKey("forecast");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "lossless", "extra-high"}) // SGLang's old name of lossless
  void qualitiesWithoutApproximationComputeTenOfTenSteps(String quality) {
    var answer = ok(FOUR.replace(": 4", ": 10"), "\"quality\": \"%s\"".formatted(quality));
    assertThat(answer.getMap("")).doesNotContainKey("forecast");
  }

  @Test
  void aShareOfItsOwnBeatsQuality() {
    String own = "{\"policy\": \"both-ends\", \"share\": 0.75}";
    assertThat(ok("\"quality\": \"high\", \"forecast\": " + own).getInt("forecast.forecast_steps"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "forecast": "fast"                                   | forecast
          "forecast": {"policy": "taylor"}                     | forecast
          "forecast": {"policy": "adaptive"}                   | forecast
          "forecast": {"policy": "mean-cache"}                 | forecast
          "forecast": {"policy": "calibrated", "share": 0.9}   | forecast
          "forecast": {"share": 2}                             | forecast
          "forecast": {"rate": 2}                              | forecast
          "forecast": 0.5, "enable_cache_dit": true            | forecast
          "forecast": 0.5, "quality": "exact"                  | quality
          "enable_cache_dit": true, "quality": "lossless"      | quality
          "forecast": 0.5, "sampler": "ab2"                    | sampler
          "sampler": "heun"                                    | sampler
          "sampler": 2                                         | sampler
          """)
  void whatIsNotAllowedIsRefusedByName(String fields, String param) {
    given()
        .contentType("application/json")
        .body("{" + FOUR + ", " + fields + "}")
        .post("/v1/images/generations")
        .then()
        .statusCode(400)
        .body("error.param", equalTo(param))
        .body("error.type", equalTo("invalid_request_error"));
  }

  @Test
  void aStreamSaysWhetherAStepWasForecast() {
    String events =
        given()
            .contentType("application/json")
            .body("{" + FOUR + ", \"stream\": true, \"stream_progress\": true, " + POWER_LAW + "}")
            .post("/v1/images/generations")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    // A client that reads slowly is told of the latest step only.
    assertThat(events)
        .containsSubsequence(
            "\"step\":4,", "\"decision\":\"forecast\"", "\"forecast\":{\"policy\":\"power-law\"");
  }

  @Test
  void stepsAreCountedByDecision() {
    ok(POWER_LAW);
    String metrics = given().get("/q/metrics").asString();
    assertThat(metrics)
        .contains("inkstream_forecast_steps_total{decision=\"computed\"}")
        .contains("inkstream_forecast_steps_total{decision=\"forecast\"}");
  }

  private static JsonPath ok(String fields) {
    return ok(FOUR, fields);
  }

  private static JsonPath ok(String what, String fields) {
    return given()
        .contentType("application/json")
        .body("{" + what + ", " + fields + "}")
        .post("/v1/images/generations")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private Path file(JsonPath answer) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(answer.getString("data[0].b64_json"));
    return Files.write(temp.resolve("pear.png"), bytes);
  }
}
