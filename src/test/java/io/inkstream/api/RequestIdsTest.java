package io.inkstream.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RequestIdsTest {
  private static final String OURS = "req_[0-9a-f]{32}";

  @Test
  void theClientsIdComesBack() {
    given()
        .header("x-request-id", "a.b-c_d/9")
        .get("/v1/models")
        .then()
        .header("x-request-id", equalTo("a.b-c_d/9"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/models", "/health", "/q/openapi", "/q/metrics", "/no/such", "/v1/images/x"})
  void everyAnswerHasOne(String path) {
    given().get(path).then().header("x-request-id", matchesPattern(OURS));
  }

  @Test
  void refusalsHaveOneToo() {
    given()
        .contentType("application/json")
        .body("{}")
        .post("/v1/images/generations")
        .then()
        .statusCode(400)
        .header("x-request-id", matchesPattern(OURS));
    given()
        .header("x-request-id", "mine")
        .contentType("application/json")
        .body("a".repeat(2 << 20))
        .post("/v1/images/generations")
        .then()
        .statusCode(413)
        .header("x-request-id", equalTo("mine"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "<script>", "é", "\"quoted\"", "{}"})
  void anIdThatCouldDoHarmIsReplaced(String id) {
    given()
        .header("x-request-id", id)
        .get("/v1/models")
        .then()
        .header("x-request-id", not(equalTo(id)))
        .header("x-request-id", matchesPattern(OURS));
  }

  @Test
  void anIdThatIsTooLongIsReplaced() {
    given()
        .header("x-request-id", "a".repeat(129))
        .get("/v1/models")
        .then()
        .header("x-request-id", matchesPattern(OURS));
  }
}
