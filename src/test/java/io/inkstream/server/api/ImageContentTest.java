package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.inkstream.server.store.PictureStore;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Links to pictures: `response_format=url`.
@QuarkusTest
class ImageContentTest {
  @Inject ModelSlot model;
  @TestHTTPResource URI server;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  @Test
  void anAnswerLinksToItsPicture() {
    // When
    JsonPath answer = draw("\"seed\": 3, \"response_format\": \"url\"");

    // Then
    String url = answer.getString("data[0].url");
    assertThat(url)
        .isEqualTo(server.resolve("/v1/images/" + answer.getString("id") + "/content").toString());
    assertThat(answer.getMap("data[0]")).doesNotContainKey("b64_json").containsEntry("seed", 3);
    assertThat(given().get(url).then().statusCode(200).extract().asByteArray())
        .isEqualTo(file(draw("\"seed\": 3, \"response_format\": \"b64_json\"")));
  }

  @Test
  void severalPicturesAreVariants() {
    JsonPath answer = draw("\"n\": 2, \"response_format\": \"url\", \"output_format\": \"webp\"");

    List<String> urls = answer.getList("data.url");
    assertThat(urls).hasSize(2).allMatch(url -> url.contains("/content?variant="));
    assertThat(content(urls.get(0)).asByteArray()).isNotEqualTo(content(urls.get(1)).asByteArray());
    given().get(urls.get(1)).then().contentType("image/webp");
  }

  @ParameterizedTest
  @CsvSource({"png,image/png,png", "jpeg,image/jpeg,jpg", "webp,image/webp,webp"})
  void aPictureHasItsTypeNameAndAge(String format, String type, String extension) {
    // Given
    JsonPath answer =
        draw("\"response_format\": \"url\", \"output_format\": \"%s\"".formatted(format));

    // When
    Response content = content(answer.getString("data[0].url"));

    // Then
    assertThat(content.contentType()).isEqualTo(type);
    assertThat(content.header("Content-Disposition"))
        .isEqualTo("inline; filename=\"%s-0.%s\"".formatted(answer.getString("id"), extension));
    assertThat(content.header("Cache-Control")).startsWith("private, immutable, max-age=86");
    assertThat(content.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(content.header("Last-Modified")).endsWith("GMT");
    assertThat(content.header("Content-Length"))
        .isEqualTo(String.valueOf(content.asByteArray().length));
  }

  @Test
  void whoHasThePictureIsToldSo() {
    // Given
    String url = draw("\"response_format\": \"url\"").getString("data[0].url");
    Response first = content(url);
    String tag = first.header("ETag");

    // Then
    assertThat(tag).matches("\"img-[0-9a-f]{40}-0.png\"");
    unchanged(given().header("If-None-Match", tag).get(url), tag);
    unchanged(given().header("If-None-Match", "\"x\", " + tag).get(url), tag);
    unchanged(given().header("If-Modified-Since", first.header("Last-Modified")).get(url), tag);
    given().header("If-None-Match", "\"other\"").get(url).then().statusCode(200);
    given()
        .header("If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT")
        .get(url)
        .then()
        .statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=5-20, 5, 21",
    "bytes=0-0, 0, 1",
    "bytes=7-, 7, -1",
    "bytes=7-99999999, 7, -1",
    "bytes=-9, -10, -1",
    "bytes=-99999999, 0, -1"
  })
  void aPartOfAPictureIsThatPart(String range, int from, int to) {
    // Given
    String url = draw("\"response_format\": \"url\"").getString("data[0].url");
    byte[] whole = content(url).asByteArray();
    int first = from < 0 ? whole.length + from + 1 : from;
    int end = to < 0 ? whole.length : to;

    // When
    Response part = given().header("Range", range).get(url);

    // Then
    part.then()
        .statusCode(206)
        .header("Content-Range", "bytes %d-%d/%d".formatted(first, end - 1, whole.length))
        .header("Content-Length", String.valueOf(end - first));
    assertThat(part.asByteArray()).isEqualTo(Arrays.copyOfRange(whole, first, end));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,3-4", "bytes=9-8", "bytes=-", "rows=1-2", "bytes=1"})
  void whatIsNoPartIsTheWhole(String range) {
    String url = draw("\"response_format\": \"url\"").getString("data[0].url");

    Response whole = given().header("Range", range).get(url);

    whole.then().statusCode(200).header("Accept-Ranges", "bytes");
    assertThat(whole.asByteArray()).isEqualTo(content(url).asByteArray());
  }

  @Test
  void aPartOfAnotherPictureIsTheWholeAndOneBehindTheEndIsRefused() {
    String url = draw("\"response_format\": \"url\"").getString("data[0].url");
    String tag = content(url).header("ETag");

    part().header("If-Range", tag).get(url).then().statusCode(206);
    part().header("If-Range", "\"other\"").get(url).then().statusCode(200);
    part().head(url).then().statusCode(200);
    given()
        .header("Range", "bytes=99999999-")
        .get(url)
        .then()
        .statusCode(416)
        .body("error.code", equalTo("no_such_range"));
  }

  private static RequestSpecification part() {
    return given().header("Range", "bytes=1-2");
  }

  @Test
  void aHeadTellsAllButThePicture() {
    String url = draw("\"response_format\": \"url\"").getString("data[0].url");
    Response content = content(url);

    Response head = given().head(url);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.asByteArray()).isEmpty();
    for (String name : List.of("Content-Length", "Content-Type", "ETag", "Last-Modified")) {
      assertThat(head.header(name)).as(name).isEqualTo(content.header(name));
    }
  }

  @Test
  void whatIsNotKeptIs404InSglangsWords() {
    String url = draw("\"response_format\": \"url\"").getString("data[0].url");

    notFound(url + "?variant=7", "Image variant 7 not found");
    notFound("/v1/images/" + PictureStore.newId() + "/content", "Image not found");
    notFound("/v1/images/none/content", "Image not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "1.5", "99999999999"})
  void aVariantIsANumber(String variant) {
    given()
        .get("/v1/images/" + PictureStore.newId() + "/content?variant=" + variant)
        .then()
        .statusCode(400)
        .body("error.param", equalTo("variant"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/images/../../etc/passwd/content",
        "/v1/images/%2e%2e%2f%2e%2e%2fetc%2fpasswd/content",
        "/v1/images/..%5c..%5cpom.xml/content",
        "/v1/images/img-%00/content"
      })
  void noPathLeadsOutOfTheStore(String path) {
    given().urlEncodingEnabled(false).get(path).then().statusCode(404);
  }

  @Test
  void aClientsOwnNameForTheServerIsInTheLink() {
    JsonPath answer =
        given()
            .header("Host", "pictures.example:8443")
            .contentType("application/json")
            .body(body("\"response_format\": \"url\""))
            .post("/v1/images/generations")
            .jsonPath();

    assertThat(answer.getString("data[0].url"))
        .startsWith("http://pictures.example:8443/v1/images/img-");
  }

  private static void unchanged(Response response, String tag) {
    response.then().statusCode(304).header("ETag", tag).header("Cache-Control", startsWith("priv"));
    assertThat(response.asByteArray()).isEmpty();
  }

  private static void notFound(String url, String message) {
    given()
        .get(url)
        .then()
        .statusCode(404)
        .contentType("application/json")
        .body("error.message", equalTo(message))
        .body("error.code", equalTo("image_not_found"));
  }

  private static Response content(String url) {
    return given().get(url).then().statusCode(200).extract().response();
  }

  private static JsonPath draw(String fields) {
    return given()
        .contentType("application/json")
        .body(body(fields))
        .post("/v1/images/generations")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static String body(String fields) {
    return "{\"prompt\": \"a pear\", \"size\": \"32x32\", \"num_inference_steps\": 1, %s}"
        .formatted(fields);
  }

  private static byte[] file(JsonPath answer) {
    return Base64.getDecoder().decode(answer.getString("data[0].b64_json"));
  }
}
