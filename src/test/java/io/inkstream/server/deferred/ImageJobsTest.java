package io.inkstream.server.deferred;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Jobs that are kept: `/v1/images/jobs`.
@QuarkusTest
class ImageJobsTest {
  private static final String QUICK =
      "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":2,\"seed\":7}";
  private static final String LONG = QUICK.replace(":2,", ":10000,").replace("64x64", "256x256");

  @Inject ModelSlot model;
  @TestHTTPResource URI server;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  private static RequestSpecification json(String body) {
    return given().contentType("application/json").body(body);
  }

  private static ValidatableResponse create(String body) {
    return json(body).post("/v1/images/jobs").then();
  }

  private static JsonPath get(String id) {
    return given().get("/v1/images/jobs/" + id).then().statusCode(200).extract().jsonPath();
  }

  private static String running() {
    String id = create(LONG).statusCode(202).extract().path("id");
    Await.until("it is drawn", () -> get(id).getString("status").equals("in_progress"));
    return id;
  }

  private static void cancel(String id) {
    given().post("/v1/images/jobs/" + id + "/cancel").then().statusCode(200);
  }

  @Test
  void aJobIsTakenAndItsPictureIsThereLater() {
    // When
    var taken = create(QUICK).statusCode(202).extract();

    // Then
    String id = taken.path("id");
    assertThat(id).matches("imgjob-[0-9a-f]{40}");
    assertThat(taken.<String>path("object")).isEqualTo("image.job");
    assertThat(taken.header("Location")).endsWith("/v1/images/jobs/" + id);
    JsonPath done =
        given()
            .header("Prefer", "wait=60")
            .get("/v1/images/jobs/" + id)
            .then()
            .statusCode(200)
            .body("status", equalTo("completed"))
            .body("progress", equalTo(100))
            .body("queue_position", nullValue())
            .body("error", nullValue())
            .body("links.self", endsWith("/v1/images/jobs/" + id))
            .extract()
            .jsonPath();
    assertThat(done.getLong("expires_at") - done.getLong("completed_at")).isEqualTo(86_400);
    assertThat(done.getInt("tries")).isOne();
    assertThat(done.getLong("result.data[0].seed")).isEqualTo(7);
    given()
        .get(done.getString("result.data[0].url"))
        .then()
        .statusCode(200)
        .contentType("image/png");
  }

  @Test
  void whoPrefersToWaitGetsThePictureItself() {
    String body = QUICK.replace("}", ",\"response_format\":\"b64_json\",\"n\":2}");
    JsonPath done =
        json(body)
            .header("Prefer", "respond-async, wait=60")
            .post("/v1/images/jobs")
            .then()
            .statusCode(200)
            .header("Preference-Applied", "wait=60")
            .extract()
            .jsonPath();

    assertThat(done.getList("result.data.b64_json", String.class))
        .hasSize(2)
        .allMatch(file -> file.startsWith("iVBOR"));
  }

  @Test
  void theSameUnderOneKeyIsOneJobAndAnotherIsAConflict() {
    String key = UUID.randomUUID().toString();
    String first = keyed(key, QUICK).statusCode(202).extract().path("id");

    assertThat(keyed(key, QUICK).extract().<String>path("id")).isEqualTo(first);
    String otherOrder =
        "{\"seed\":7,\"size\":\"64x64\",\"n\":null,\"num_inference_steps\":2,"
            + "\"prompt\":\"a red apple\"}";
    assertThat(keyed(key, otherOrder).extract().<String>path("id")).isEqualTo(first);
    keyed(key, LONG)
        .statusCode(409)
        .header("x-should-retry", "false")
        .body("error.code", equalTo("other_request"))
        .body("error.param", equalTo("Idempotency-Key"));
  }

  private static ValidatableResponse keyed(String key, String body) {
    return json(body).header("Idempotency-Key", key).post("/v1/images/jobs").then();
  }

  @Test
  void ofSixteenAtOnceUnderOneKeyOneIsDrawn() {
    String key = UUID.randomUUID().toString();
    String body = QUICK.replace(",\"seed\":7", "");
    List<CompletableFuture<HttpResponse<String>>> asked =
        Stream.generate(
                () -> {
                  var request =
                      HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
                          .header("Content-Type", "application/json")
                          .header("Idempotency-Key", key)
                          .POST(BodyPublishers.ofString(body))
                          .build();
                  return http.sendAsync(request, BodyHandlers.ofString());
                })
            .limit(16)
            .toList();

    assertThat(asked)
        .map(answer -> answer.join().statusCode() + answer.join().body())
        .allMatch(answer -> answer.startsWith("200{") && answer.contains("\"b64_json\":\"iVBOR"))
        .map(answer -> answer.replaceAll("\"peak_memory_mb\":[^,}]*", ""))
        .hasSize(16)
        .containsOnly(
            (asked.getFirst().join().statusCode() + asked.getFirst().join().body())
                .replaceAll("\"peak_memory_mb\":[^,}]*", ""));
  }

  @Test
  void aJobOfAnOwnIdIsComeBackTo() {
    String id = "mine-" + UUID.randomUUID();
    json(QUICK).put("/v1/images/jobs/" + id).then().statusCode(202).body("id", equalTo(id));
    json(QUICK)
        .header("Prefer", "wait=60")
        .put("/v1/images/jobs/" + id)
        .then()
        .statusCode(200)
        .body("status", equalTo("completed"))
        .body("tries", equalTo(1));
    json(LONG).put("/v1/images/jobs/" + id).then().statusCode(409);
    json(QUICK)
        .put("/v1/images/jobs/a%20b")
        .then()
        .statusCode(400)
        .body("error.param", equalTo("id"));
  }

  @Test
  void aRunningJobIsCancelledAndAWaitingOneToo() {
    // Given
    String running = running();
    String waiting = create(LONG).statusCode(202).extract().path("id");
    JsonPath seen = get(waiting);
    assertThat(seen.getString("status")).isEqualTo("queued");
    assertThat(seen.getInt("queue_position")).isOne();
    assertThat(seen.getDouble("estimated_start_s")).as("what runs is in its way").isPositive();

    // When
    for (String id : List.of(waiting, running)) {
      given()
          .post("/v1/images/jobs/" + id + "/cancel")
          .then()
          .statusCode(200)
          .body("status", equalTo("cancelled"));
    }

    // Then
    given()
        .post("/v1/images/jobs/" + running + "/cancel")
        .then()
        .statusCode(409)
        .body("error.code", equalTo("job_is_cancelled"));
    given()
        .post("/v1/images/jobs/none/cancel")
        .then()
        .statusCode(404)
        .body("error.code", equalTo("job_not_found"));
  }

  @Test
  void whatHasEndedIsDeletedWithItsPictures() {
    String id = create(QUICK).extract().path("id");
    JsonPath done = waited(id);
    String link = done.getString("result.data[0].url");

    given().delete("/v1/images/jobs/" + id).then().statusCode(200).body("deleted", equalTo(true));

    given().get("/v1/images/jobs/" + id).then().statusCode(404);
    given().get(link).then().statusCode(404);
    String running = running();
    given()
        .delete("/v1/images/jobs/" + running)
        .then()
        .statusCode(409)
        .body("error.code", equalTo("job_is_in_progress"));
    cancel(running);
  }

  private static JsonPath waited(String id) {
    return given()
        .header("Prefer", "wait=60")
        .get("/v1/images/jobs/" + id)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  @Test
  void jobsAreListedInPages() {
    List<String> made =
        IntStream.range(0, 5).mapToObj(i -> create(QUICK).extract().<String>path("id")).toList();
    made.forEach(ImageJobsTest::waited);

    JsonPath first = list("?limit=2");
    assertThat(first.getString("object")).isEqualTo("list");
    assertThat(first.getList("data.id")).containsExactly(made.get(4), made.get(3));
    assertThat(first.getBoolean("has_more")).isTrue();
    JsonPath second = list("?limit=2&status=completed&after=" + first.getString("last_id"));
    assertThat(second.getList("data.id")).containsExactly(made.get(2), made.get(1));
    JsonPath back = list("?order=asc&limit=1&after=" + made.get(3));
    assertThat(back.getList("data.id")).containsExactly(made.get(4));
    assertThat(back.getBoolean("has_more")).isFalse();
    assertThat(list("?status=interrupted").getList("data")).isEmpty();
  }

  private static JsonPath list(String query) {
    return given().get("/v1/images/jobs" + query).then().statusCode(200).extract().jsonPath();
  }

  @ParameterizedTest
  @CsvSource({"limit=0,limit", "limit=many,limit", "order=up,order", "status=new,status"})
  void aListThatIsNoneIsRefused(String query, String param) {
    given()
        .get("/v1/images/jobs?" + query)
        .then()
        .statusCode(400)
        .body("error.param", equalTo(param));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"prompt\":\"a\",\"stream\":true}',stream",
    "'{\"prompt\":\"a\",\"n\":11}',n",
    "'{\"prompt\":\"a\",\"size\":\"7x7\"}',size"
  })
  void whatCannotBeDrawnIsNotTaken(String body, String param) {
    create(body).statusCode(400).body("error.param", equalTo(param));
  }

  @Test
  void aPreferenceThatIsNoneIsRefused() {
    json(QUICK)
        .header("Prefer", "wait=soon")
        .post("/v1/images/jobs")
        .then()
        .statusCode(400)
        .body("error.message", containsString("wait=soon"));
  }

  @Test
  void eventsAreNumberedAndEndWithTheLast() throws Exception {
    String id = create(QUICK).extract().path("id");

    var answer = watch(id, null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(answer.body()).startsWith(": watching\nretry: 2000\n\n");
    List<JsonNode> events = data(answer.body());
    assertThat(events)
        .map(event -> event.path("type").asText())
        .startsWith("image.job.queued", "image.job.in_progress", "image.job.progress")
        .endsWith("image.job.completed")
        .containsOnlyOnce("image.job.completed");
    assertThat(events).allMatch(event -> event.path("id").asText().equals(id));
    assertThat(events).anyMatch(event -> event.path("step").asInt() == 2);
    assertThat(events.getLast().at("/result/data/0/url").asText()).startsWith("http://");
    List<Long> numbers = numbers(answer.body());
    assertThat(numbers).hasSameSizeAs(events).isSorted().doesNotHaveDuplicates();

    var again = watch(id, String.valueOf(numbers.get(2)));
    assertThat(numbers(again.body())).isEqualTo(numbers.subList(3, numbers.size()));
    assertThat(watch(id, String.valueOf(numbers.getLast())).statusCode()).isEqualTo(204);
    assertThat(watch(id, "x").statusCode()).isEqualTo(400);
    assertThat(watch("none", null).statusCode()).isEqualTo(404);
  }

  @Test
  void whoWatchesAJobThatWaitsHearsHeartbeatsAndItsEnd() throws Exception {
    String running = running();
    String id = create(LONG).extract().path("id");
    var watching = new StringBuffer();
    var watched =
        http.sendAsync(
                HttpRequest.newBuilder(server.resolve("/v1/images/jobs/" + id + "/events")).build(),
                BodyHandlers.ofLines())
            .thenAccept(
                answer -> answer.body().forEach(line -> watching.append(line).append('\n')));
    Await.until("a heartbeat is heard", () -> watching.indexOf(": heartbeat\n\n") >= 0);

    cancel(id);
    cancel(running);

    watched.join();
    String events = watching.toString();
    assertThat(data(events))
        .map(event -> event.path("type").asText())
        .containsExactly("image.job.queued", "image.job.cancelled");
  }

  private HttpResponse<String> watch(String id, String last) {
    var request = HttpRequest.newBuilder(server.resolve("/v1/images/jobs/" + id + "/events"));
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    return http.sendAsync(request.build(), BodyHandlers.ofString()).join();
  }

  private static List<JsonNode> data(String events) throws IOException {
    List<JsonNode> data = new ArrayList<>();
    for (String line : events.lines().filter(text -> text.startsWith("data: ")).toList()) {
      data.add(new ObjectMapper().readTree(line.substring("data: ".length())));
    }
    return data;
  }

  private static List<Long> numbers(String events) {
    return events
        .lines()
        .filter(line -> line.startsWith("id: "))
        .map(line -> Long.valueOf(line.substring("id: ".length())))
        .toList();
  }

  @Test
  void whatJobsDoIsMeasured() {
    waited(create(QUICK).extract().path("id"));
    given()
        .get("/metrics")
        .then()
        .body(containsString("inkstream_jobs_claims_total{store=\"memory\"}"))
        .body(containsString("inkstream_jobs_retries_total{store=\"memory\"}"))
        .body(containsString("inkstream_jobs_backlog{store=\"memory\"}"))
        .body(containsString("inkstream_jobs_oldest_waiting_seconds{store=\"memory\"}"))
        .body(containsString("inkstream_pixels_total"))
        .body(containsString("inkstream_pictures_total"))
        .body(containsString("inkstream_steps_total"));
    create("{").statusCode(400).body("error.message", startsWith("The request body"));
  }
}
