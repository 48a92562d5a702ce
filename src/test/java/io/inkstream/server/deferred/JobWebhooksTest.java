package io.inkstream.server.deferred;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.sun.net.httpserver.HttpServer;
import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.inkstream.server.webhook.HookFilter;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `webhook` and `webhook_events_filter` of jobs.
@QuarkusTest
@TestProfile(JobWebhooksTest.Signed.class)
class JobWebhooksTest {
  @Inject ModelSlot model;
  private final List<JsonPath> told = new CopyOnWriteArrayList<>();
  private HttpServer receiver = null;

  /// A server that signs, and may deliver to this machine.
  public static final class Signed implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "inkstream.webhook-secret",
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "inkstream.webhook-allowed-networks",
          "loopback",
          "inkstream.output-path",
          "target/test-webhooks");
    }
  }

  @BeforeEach
  void start() throws IOException {
    Await.until("the model is ready", () -> model.state() instanceof ModelState.Ready);
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          told.add(JsonPath.from(new String(body, StandardCharsets.UTF_8)));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  @Test
  void theEndOfAJobIsTold() {
    String id = job("");

    Await.until("it is told", () -> told.size() == 1);
    assertThat(told.getFirst().getString("type")).isEqualTo("image.job.completed");
    assertThat(told.getFirst().getString("object")).isEqualTo("event");
    assertThat(told.getFirst().getString("data.id")).isEqualTo(id);
    assertThat(told.getFirst().getString("data.status")).isEqualTo("completed");
  }

  @Test
  void aFilterSaysOfWhatToTell() {
    String id = job(",\"webhook_events_filter\":[\"start\",\"completed\"]");

    Await.until("both are told", () -> told.size() == 2);
    assertThat(told)
        .extracting(event -> event.getString("type"))
        .containsExactlyInAnyOrder("image.job.in_progress", "image.job.completed");
    assertThat(told).allMatch(event -> event.getString("data.id").equals(id));
  }

  @Test
  void theDescriptionNamesEveryWordOfAFilter() {
    List<String> words =
        given()
            .get("/q/openapi?format=json")
            .jsonPath()
            .getList(
                "components.schemas.ImageJobRequest.allOf[1].properties.webhook_events_filter.items.enum");

    assertThat("of " + String.join(", ", words)).isEqualTo(HookFilter.ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"webhook\":\"ftp://a.example/\"",
        "\"webhook\":1",
        "\"webhook\":\"http://a.example/\",\"webhook_events_filter\":[\"logs\"]",
        "\"webhook\":\"http://a.example/\",\"webhook_events_filter\":\"completed\""
      })
  void whatIsNotAllowedIsNamed(String field) {
    given()
        .contentType("application/json")
        .body("{\"prompt\":\"a\",%s}".formatted(field))
        .post("/v1/images/jobs")
        .then()
        .statusCode(400)
        .body(
            "error.param", equalTo(field.contains("filter") ? "webhook_events_filter" : "webhook"));
  }

  private String job(String more) {
    return given()
        .contentType("application/json")
        .body(
            "{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":1,\"webhook\":\"http://127.0.0.1:%d/\"%s}"
                .formatted(receiver.getAddress().getPort(), more))
        .post("/v1/images/jobs")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }
}
