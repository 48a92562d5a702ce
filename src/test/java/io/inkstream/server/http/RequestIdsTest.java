package io.inkstream.server.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.inkstream.Await;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RequestIdsTest {
  @Inject JobQueue queue;
  @Inject ModelSlot model;
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

  @Test
  void aJobThatAnotherOnesWorkerStartsLogsUnderItsOwnRequestsId() throws Exception {
    // Given
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
    Map<String, Object> ids = new ConcurrentHashMap<>();
    var lines = new Lines(ids);
    Logger jobs = Logger.getLogger(ImageJob.class.getName());
    jobs.addHandler(lines);

    // When
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> draw("first", 30));
      Await.until("the first one runs", () -> queue.running() == 1);
      var second = threads.submit(() -> draw("second", 3));
      first.get();
      second.get();
    } finally {
      jobs.removeHandler(lines);
    }

    // Then
    assertThat(ids).containsEntry("30", "first").containsEntry("3", "second");
  }

  private static void draw(String id, int steps) {
    given()
        .header("x-request-id", id)
        .contentType("application/json")
        .body(
            "{\"prompt\": \"a\", \"size\": \"64x64\", \"num_inference_steps\": %d,".formatted(steps)
                + " \"enable_cache_dit\": true}")
        .post("/v1/images/generations")
        .then()
        .statusCode(200);
  }

  /// The request's id in each line that says how many steps were drawn.
  private static final class Lines extends Handler {
    private static final Pattern STEPS = Pattern.compile("of (\\d+) steps");
    private final Map<String, Object> ids;

    Lines(Map<String, Object> ids) {
      this.ids = ids;
    }

    @Override
    public void publish(LogRecord line) {
      var steps = STEPS.matcher(new SimpleFormatter().formatMessage(line) + text(line));
      if (steps.find()) {
        ids.put(steps.group(1), String.valueOf(MDC.get("requestId")));
      }
    }

    private static String text(LogRecord line) {
      return line instanceof ExtLogRecord extended ? extended.getFormattedMessage() : "";
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
