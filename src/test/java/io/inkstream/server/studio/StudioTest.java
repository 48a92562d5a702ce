package io.inkstream.server.studio;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.inkstream.server.order.Field;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The studio's files, and what it is told of the server.
@QuarkusTest
class StudioTest {
  @ParameterizedTest
  @CsvSource({
    "/, text/html",
    "/studio/studio.js, text/javascript",
    "/studio/studio.css, text/css",
    "/studio/icon.svg, image/svg+xml"
  })
  void filesLetNothingElseRunOrBeAsked(String path, String type) {
    given()
        .get(path)
        .then()
        .statusCode(200)
        .header("Content-Type", startsWith(type))
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", startsWith("default-src 'none'; script-src 'self'"))
        .header("Content-Security-Policy", not(containsString("unsafe")));
  }

  @Test
  void aFileThatTheBrowserHasIsNotSentAgain() {
    String tag = given().get("/studio/studio.js").header("ETag");

    given().header("If-None-Match", tag).get("/studio/studio.js").then().statusCode(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/studio/nothing.js",
        "/studio/PageFile.class",
        "/studio/..%2fpackage-info.class",
        "/studio/page"
      })
  void whatIsNoFileOfThePageIsNotFound(String path) {
    given()
        .urlEncodingEnabled(false)
        .get(path)
        .then()
        .statusCode(404)
        .body("error.type", equalTo("invalid_request_error"));
  }

  @Test
  void everyFieldThatHasAnEffectIsTold() {
    List<String> told = schema("fields.name");

    assertThat(told)
        .isEqualTo(
            Arrays.stream(Field.values())
                .filter(field -> !field.inert())
                .map(Field::wireName)
                .toList());
  }

  @Test
  void whatTheServerCanDoIsTold() {
    given()
        .get("/studio/schema.json")
        .then()
        .body("routes", hasItem("POST /v1/images/generations"))
        .body("forecast_policies", hasItems("guarded", "both-ends"))
        .body("model.draws", equalTo(true))
        .body("model.edits", equalTo(false))
        .body("model.most_pictures", equalTo(1))
        .body("model.side_unit", equalTo(16))
        .body("defaults.approximation", equalTo("exact"));
  }

  @Test
  void whatCommandsAreMadeOfIsToldToWhoLooksAtThem() {
    given()
        .get("/studio/deploy.json")
        .then()
        .body("settings.flag", hasItems("--device", "--max-queued-requests"))
        .body("settings.variable", hasItem("SGLANG_CACHE_DIT_ENABLED"))
        .body("checkpoints.path", hasItem("Qwen/Qwen-Image"));
  }

  @Test
  void sizesSuitTheModel() {
    assertThat(SizeEntry.of(1328, 16)).contains(new SizeEntry(1664, 928, "16:9"));
    assertThat(SizeEntry.of(256, 16)).first().isEqualTo(new SizeEntry(256, 256, "1:1"));
    assertThat(SizeEntry.of(256, 16)).allMatch(size -> size.width() % 16 == 0 && size.height() > 0);
    assertThat(SizeEntry.of(1024, 32)).allMatch(size -> size.height() % 32 == 0);
  }

  private static <T> List<T> schema(String path) {
    return given().get("/studio/schema.json").jsonPath().getList(path);
  }
}
