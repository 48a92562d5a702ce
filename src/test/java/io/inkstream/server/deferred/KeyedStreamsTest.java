package io.inkstream.server.deferred;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `stream` together with an `Idempotency-Key`: `/v1/images/generations`.
@QuarkusTest
class KeyedStreamsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PICTURE =
      "\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":4";

  @Inject ModelSlot model;
  @TestHTTPResource URI server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String key = UUID.randomUUID().toString();

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  @Test
  void whoStreamsUnderOneKeyHearsOfOneDrawing() throws Exception {
    // Given: no seed, so that two drawings would differ
    String wanted =
        "{%s,\"n\":2,\"stream\":true,\"stream_progress\":true,\"partial_images\":2}"
            .formatted(PICTURE);

    // When
    var both =
        Stream.generate(() -> ask(wanted, BodyHandlers.ofString())).limit(2).toList().stream()
            .map(CompletableFuture::join)
            .toList();
    var again = ask(wanted, BodyHandlers.ofString()).join();
    var whole = ask("{%s,\"n\":2}".formatted(PICTURE), BodyHandlers.ofString()).join();

    // Then
    List<List<JsonNode>> seen =
        Stream.of(both.getFirst(), both.getLast(), again)
            .map(answer -> events(answer.body()))
            .toList();
    assertThat(both.getFirst().headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(
            seen.getFirst().stream()
                .filter(event -> type(event).equals("image_generation.progress"))
                .map(event -> event.path("step").asInt()))
        .contains(1, 2, 3, 4);
    JsonNode picture = JSON.readTree(whole.body());
    for (List<JsonNode> events : seen) {
      List<JsonNode> last = events.subList(events.size() - 2, events.size());
      assertThat(last.stream().map(KeyedStreamsTest::type))
          .containsOnly("image_generation.completed");
      for (int i = 0; i < 2; i++) {
        assertThat(last.get(i).path("b64_json")).isEqualTo(picture.at("/data/" + i + "/b64_json"));
        assertThat(last.get(i).path("seed")).isEqualTo(picture.at("/data/" + i + "/seed"));
        assertThat(last.get(i).path("image_index").asInt()).isEqualTo(i);
      }
      assertThat(last.getFirst().at("/usage/output_tokens").asInt() * 2)
          .isEqualTo(picture.at("/usage/output_tokens").asInt());
    }
    assertThat(again.body()).doesNotContain("partial_image\"");
  }

  @Test
  void whoHangsUpAndComesAgainFindsTheDrawingWhereItIs() throws Exception {
    String wanted =
        "{\"prompt\":\"a\",\"size\":\"256x256\",\"num_inference_steps\":400,\"seed\":1,"
            + "\"stream\":true,\"stream_progress\":true}";
    long claimed = claims();

    String first;
    try (var lines =
        new BufferedReader(
            new InputStreamReader(ask(wanted, BodyHandlers.ofInputStream()).join().body()))) {
      first = lines.lines().filter(line -> line.contains("\"step\":3,")).findFirst().orElseThrow();
    }
    List<JsonNode> again = events(ask(wanted, BodyHandlers.ofString()).join().body());

    assertThat(first).startsWith("data: ");
    assertThat(type(again.getLast())).isEqualTo("image_generation.completed");
    assertThat(again.stream().filter(event -> event.path("step").asInt() == 3))
        .as("it hears what it has missed, and that nothing was begun again")
        .hasSize(1);
    assertThat(claims()).isEqualTo(claimed + 1);
  }

  @Test
  void anotherPictureUnderTheKeyIsAConflictBeforeTheFirstByte() {
    ask("{%s,\"stream\":true}".formatted(PICTURE), BodyHandlers.ofString()).join();

    given()
        .contentType("application/json")
        .header("Idempotency-Key", key)
        .body("{\"prompt\":\"a pear\",\"size\":\"64x64\",\"stream\":true}")
        .post("/v1/images/generations")
        .then()
        .statusCode(409)
        .body("error.code", equalTo("other_request"));
  }

  private static long claims() {
    return given()
        .get("/metrics")
        .body()
        .asString()
        .lines()
        .filter(line -> line.startsWith("inkstream_jobs_claims_total"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static String type(JsonNode event) {
    return event.path("type").asText();
  }

  private <T> CompletableFuture<HttpResponse<T>> ask(
      String body, HttpResponse.BodyHandler<T> handler) {
    return http.sendAsync(
        HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build(),
        handler);
  }

  private static List<JsonNode> events(String body) {
    return body.lines()
        .filter(line -> line.startsWith("data: "))
        .map(KeyedStreamsTest::read)
        .toList();
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line.substring("data: ".length()));
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }
}
