package io.inkstream.server.deferred;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/v1/batches` over a real model.
@QuarkusTest
class BatchesResourceTest {
  private static final String LINE =
      "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/images/generations\","
          + "\"body\":{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":1%s}}\n";

  @Inject ModelSlot model;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is ready", () -> model.state() instanceof ModelState.Ready);
  }

  @Test
  void requestsOfAFileAreAnsweredInAnotherAndWhatIsRefusedInAThird() throws IOException {
    // Given
    String input =
        sent(
            LINE.formatted("drawn", "")
                + LINE.formatted("linked", ",\"response_format\":\"url\"")
                + LINE.formatted("too many", ",\"n\":11")
                + LINE.formatted("streamed", ",\"stream\":true")
                + LINE.formatted("elsewhere", ",\"model\":\"dall-e-3\""));

    // When
    String id = created(input, "");
    JsonPath batch = awaitEnd(id);

    // Then
    assertThat(batch.getString("status")).isEqualTo("completed");
    assertThat(batch.getMap("request_counts"))
        .isEqualTo(java.util.Map.of("total", 5, "completed", 2, "failed", 3));
    List<JsonNode> drawn = content(batch.getString("output_file_id"));
    assertThat(drawn)
        .extracting(line -> line.get("custom_id").asText())
        .containsExactlyInAnyOrder("drawn", "linked");
    assertThat(drawn).allMatch(line -> line.at("/response/status_code").asInt() == 200);
    String link = find(drawn, "linked").at("/response/body/data/0/url").asText();
    given().get(link).then().statusCode(200).contentType("image/png");
    assertThat(find(drawn, "drawn").at("/response/body/data/0/b64_json").asText()).isNotEmpty();
    List<JsonNode> refused = content(batch.getString("error_file_id"));
    assertThat(find(refused, "too many").at("/response/body/error/param").asText()).isEqualTo("n");
    assertThat(find(refused, "streamed").at("/response/body/error/param").asText())
        .isEqualTo("stream");
    assertThat(find(refused, "elsewhere").at("/response/status_code").asInt()).isEqualTo(404);
  }

  @Test
  void aBatchHasOpenAisFields() {
    String id = created(sent(LINE.formatted("a", "")), ",\"metadata\":{\"for\":\"a test\"}");

    given()
        .get("/v1/batches/" + id)
        .then()
        .statusCode(200)
        .body("id", startsWith("batch_"))
        .body("object", equalTo("batch"))
        .body("endpoint", equalTo("/v1/images/generations"))
        .body("completion_window", equalTo("24h"))
        .body("model", equalTo("qwen-image-pocket"))
        .body("errors", nullValue())
        .body("metadata.for", equalTo("a test"));
    given().get("/v1/batches?limit=100").then().statusCode(200).body("data.id", hasItem(id));
    var _ = awaitEnd(id);
    given()
        .post("/v1/batches/%s/cancel".formatted(id))
        .then()
        .statusCode(409)
        .body("error.code", equalTo("batch_ended"));
  }

  @Test
  void aFileThatIsNoBatchSaysWhy() {
    JsonPath batch = awaitEnd(created(sent("no json\n"), ""));

    assertThat(batch.getString("status")).isEqualTo("failed");
    assertThat(batch.getString("errors.data[0].code")).isEqualTo("invalid_json_line");
    assertThat(batch.getInt("errors.data[0].line")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "endpoint;\"/v1/embeddings\"",
        "input_file_id;\"file-0\"",
        "completion_window;\"soon\"",
        "completion_window;24",
        "metadata;{\"a\":1}",
        "output_expires_after;{\"anchor\":\"created_at\",\"seconds\":1}",
        "webhook;\"http://127.0.0.1/\""
      })
  void aFieldThatIsNotAllowedIsNamed(String field, String value) {
    String fields =
        "{\"endpoint\":\"/v1/images/generations\",\"input_file_id\":\"%s\",\"completion_window\":\"24h\"}"
            .formatted(sent(LINE.formatted("a", "")));
    var body = JsonPath.from(fields).<String, Object>getMap("$");
    body.put(field, JsonPath.from("{\"v\":%s}".formatted(value)).get("v"));

    given()
        .contentType("application/json")
        .body(body)
        .post("/v1/batches")
        .then()
        .statusCode(400)
        .body("error.param", equalTo(field));
  }

  @Test
  void anUnknownBatchIsA404() {
    given()
        .get("/v1/batches/batch_0")
        .then()
        .statusCode(404)
        .body("error.code", equalTo("batch_not_found"));
    given().post("/v1/batches/batch_0/cancel").then().statusCode(404);
  }

  private static String sent(String lines) {
    return given()
        .multiPart("file", "requests.jsonl", lines.getBytes(StandardCharsets.UTF_8))
        .multiPart("purpose", "batch")
        .post("/v1/files")
        .then()
        .statusCode(200)
        .extract()
        .path("id");
  }

  private static String created(String input, String more) {
    return given()
        .contentType("application/json")
        .body(
            "{\"endpoint\":\"/v1/images/generations\",\"input_file_id\":\"%s\",\"completion_window\":\"24h\"%s}"
                .formatted(input, more))
        .post("/v1/batches")
        .then()
        .statusCode(200)
        .body("request_counts.completed", equalTo(0))
        .extract()
        .path("id");
  }

  private static JsonPath awaitEnd(String id) {
    Await.until("it ends", () -> batch(id).getString("status").matches("completed|failed"));
    return batch(id);
  }

  private static JsonPath batch(String id) {
    return given().get("/v1/batches/" + id).then().statusCode(200).extract().jsonPath();
  }

  private static List<JsonNode> content(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line :
        given().get("/v1/files/" + file + "/content").then().extract().asString().split("\n")) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private static JsonNode find(List<JsonNode> lines, String id) {
    return lines.stream()
        .filter(line -> line.get("custom_id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
