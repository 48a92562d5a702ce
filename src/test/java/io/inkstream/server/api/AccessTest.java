package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.UnauthorizedException;
import io.inkstream.Await;
import io.inkstream.server.store.PictureStore;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server with keys, that pages of one other origin may ask, and that keeps no pictures.
@QuarkusTest
@TestProfile(AccessTest.Guarded.class)
class AccessTest {
  @TestHTTPResource("/v1")
  URI server;

  /// Its settings.
  public static final class Guarded implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "inkstream.api-key", "first-key, second-key",
          "inkstream.cors-origins", "https://studio.example",
          "inkstream.check-model", "false",
          "inkstream.output-max-size", "0",
          "quarkus.http.access-log.enabled", "true");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/q/metrics", "/v1/models"})
  void aRequestStandsOnceInTheAccessLog(String path) {
    List<String> lines = new CopyOnWriteArrayList<>();
    var handler = new LineHandler(lines);
    var log = Logger.getLogger("io.quarkus.http.access-log");
    log.addHandler(handler);
    try {
      given().get(path);
      Await.until("the request is logged", () -> !lines.isEmpty());
      given().get("/liveness"); // whatever is logged of a request, is before the next one's
      Await.until("the next is logged", () -> lines.getLast().contains("/liveness"));
    } finally {
      log.removeHandler(handler);
    }

    assertThat(lines).hasSize(2).first().asString().contains("\"GET " + path + " ");
  }

  /// Keeps what is logged.
  private static final class LineHandler extends Handler {
    private final List<String> lines;

    LineHandler(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void anyOfTheKeysOpens() {
    bearing("first-key").statusCode(200);
    bearing("second-key").statusCode(200);
    given().header("Authorization", "bearer  first-key").get("/v1/models").then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer wrong",
        "Bearer first-key2",
        "Bearer first-ke",
        "Bearer ",
        "Bearer first-key, second-key",
        "Bearer first-key second-key",
        "Basic first-key",
        "first-key",
        ""
      })
  void whatIsNoKeyIsRefusedInOpenAisWords(String authorization) {
    unauthorized(given().header("Authorization", authorization).get("/v1/models").then());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/images/generations",
        "/model_info",
        "/no/such",
        "/health/../v1/models",
        "/health/",
        "/q/openapi/x",
        "//v1/models",
        "/v1/images/x/content"
      })
  void everyOtherPathNeedsAKey(String path) {
    unauthorized(given().urlEncodingEnabled(false).get(path).then());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health", "/liveness", "/q/health", "/q/health/live", "/q/metrics", "/q/openapi"})
  void probesMetricsAndTheDescriptionNeedNone(String path) {
    assertThat(given().get(path).statusCode()).isNotEqualTo(401);
  }

  @Test
  void aLinkToAPictureNeedsNone() {
    given()
        .get("/v1/images/" + PictureStore.newId() + "/content")
        .then()
        .statusCode(404)
        .body("error.code", equalTo("image_not_found"));
  }

  @Test
  void aRefusedBodyLeavesTheConnectionInOrder() {
    for (int i = 0; i < 3; i++) {
      unauthorized(
          given()
              .contentType("application/json")
              .body("{\"prompt\": \"" + "a".repeat(200_000) + "\"}")
              .post("/v1/images/generations")
              .then());
    }
    bearing("first-key").statusCode(200);
  }

  @Test
  void theOpenAiClientRaisesItsOwnException() {
    var client = OpenAIOkHttpClient.builder().apiKey("wrong").baseUrl(server.toString()).build();
    assertThatThrownBy(() -> client.models().list())
        .isInstanceOfSatisfying(
            UnauthorizedException.class, e -> assertThat(e.code()).contains("invalid_api_key"));
  }

  @Test
  void aPreflightIsAnsweredWithoutAKey() {
    given()
        .header("Origin", "https://studio.example")
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "authorization,content-type,traceparent,x-stainless-os,x-stainless-retry-count")
        .options("/v1/images/generations")
        .then()
        .statusCode(204)
        .header("Access-Control-Allow-Origin", equalTo("https://studio.example"))
        .header("Access-Control-Allow-Methods", containsString("POST"))
        .header("Access-Control-Allow-Headers", containsString("x-stainless-retry-count"))
        .header("Access-Control-Allow-Headers", containsString("authorization"))
        .header("Access-Control-Max-Age", equalTo("3600"))
        .header("Access-Control-Allow-Credentials", nullValue());
  }

  @Test
  void aPageOfTheOriginMayReadTheHeadersThatMatter() {
    given()
        .header("Origin", "https://studio.example")
        .header("Authorization", "Bearer first-key")
        .get("/v1/models")
        .then()
        .statusCode(200)
        .header("Access-Control-Allow-Origin", equalTo("https://studio.example"))
        .header("Access-Control-Expose-Headers", containsString("x-request-id"))
        .header("Access-Control-Expose-Headers", containsString("retry-after"));
    given()
        .header("Origin", "https://studio.example")
        .get("/v1/models")
        .then()
        .statusCode(401)
        .header("Access-Control-Allow-Origin", equalTo("https://studio.example"));
  }

  @Test
  void pagesOfOtherOriginsAreRefusedAndOurOwnAreNot() {
    given()
        .header("Origin", "https://evil.example")
        .header("Authorization", "Bearer first-key")
        .get("/v1/models")
        .then()
        .statusCode(403)
        .header("Access-Control-Allow-Origin", nullValue())
        .body("error.code", equalTo("origin_not_allowed"));
    given()
        .header("Origin", server.getScheme() + "://" + server.getAuthority())
        .header("Authorization", "Bearer first-key")
        .get("/v1/models")
        .then()
        .statusCode(200);
  }

  @Test
  void withTheCheckOffAnyModelsNameIsServed() {
    // The prompt is missing on purpose: the model's name comes first, and nothing is drawn.
    given()
        .header("Authorization", "Bearer first-key")
        .contentType("application/json")
        .body("{\"model\": \"dall-e-3\"}")
        .post("/v1/images/generations")
        .then()
        .statusCode(400)
        .body("error.param", equalTo("prompt"));
  }

  @Test
  void aServerThatKeepsNoPicturesSaysSoBeforeAnyWork() {
    given()
        .header("Authorization", "Bearer first-key")
        .contentType("application/json")
        .body("{\"prompt\": \"a\", \"response_format\": \"url\"}")
        .post("/v1/images/generations")
        .then()
        .statusCode(400)
        .body("error.param", equalTo("response_format"))
        .body("error.message", containsString("no pictures are kept"));
  }

  private static ValidatableResponse bearing(String key) {
    return given().header("Authorization", "Bearer " + key).get("/v1/models").then();
  }

  private static void unauthorized(ValidatableResponse response) {
    response
        .statusCode(401)
        .contentType("application/json")
        .header("WWW-Authenticate", equalTo("Bearer"))
        .header("x-should-retry", equalTo("false"))
        .body("error.code", equalTo("invalid_api_key"))
        .body("error.type", equalTo("invalid_request_error"))
        .body("error", hasKey("param"))
        .body("error.message", not(containsString("first-key")));
  }
}
