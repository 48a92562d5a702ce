package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.inkstream.Await;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What those who run a server ask it: probes, information, metrics; and refusals below the routes.
@QuarkusTest
class OperatingTest {
  @Inject JobQueue queue;
  @Inject ModelSlot model;
  @TestHTTPResource URI server;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is ready", () -> model.state() instanceof ModelState.Ready);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started", "/q/health"})
  void aReadyServerIsUp(String probe) {
    given().get(probe).then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void healthGenerateDrawsAPictureThroughTheQueue() {
    double before = counted("sglang:diffusion_requests_total", "is_warmup=\"true\"");

    given().get("/health_generate").then().statusCode(200).body("status", equalTo("ok"));

    Await.until(
        "the job is counted",
        () -> counted("sglang:diffusion_requests_total", "is_warmup=\"true\"") == before + 1);
  }

  @Test
  void theModelsCardHasOpenAisFieldsAndSglangs() {
    given()
        .get("/v1/models/qwen-image-pocket")
        .then()
        .statusCode(200)
        .body("id", equalTo("qwen-image-pocket"))
        .body("object", equalTo("model"))
        .body("created", notNullValue())
        .body("owned_by", equalTo("inkstream"))
        .body("$", hasKey("parent"))
        .body("$", hasKey("max_model_len"))
        .body("num_gpus", equalTo(0))
        .body("task_type", equalTo("T2I"))
        .body("supported_task_types", contains("T2I", "I2I"))
        .body("dit_precision", equalTo("fp32"))
        .body("vae_precision", equalTo("fp32"))
        .body("pipeline_class", equalTo("QwenImagePipeline"));
  }

  @Test
  void sglangsInformationIsThere() {
    given()
        .get("/models")
        .then()
        .statusCode(200)
        .body("model_path", notNullValue())
        .body("vae_decode_precision", contains("fp32"))
        .body("pipeline_name", equalTo("QwenImagePipeline"));
    given()
        .get("/model_info")
        .then()
        .body("has_image_understanding", equalTo(false))
        .body("has_audio_understanding", equalTo(false))
        .body("architectures", contains("QwenImagePipeline"))
        .body("output_types", contains("IMAGE"));
    given().get("/v1/model_info").then().body("model_path", notNullValue());
    given().get("/server_info").then().body("tp_size", equalTo(1)).body("dp_size", equalTo(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/q/metrics"})
  void metricsAreScrapedUnderBothPathsAndBothNames(String path) {
    var _ =
        given()
            .contentType("application/json")
            .body("{\"prompt\": \"a\", \"size\": \"64x64\", \"num_inference_steps\": 2}")
            .post("/v1/images/generations")
            .then()
            .statusCode(200);
    Await.until(
        "the job is counted",
        () -> counted("inkstream_requests_total", "status=\"succeeded\"") >= 1);
    Await.until("its worker is free", () -> queue.running() == 0);

    String text = scrape(path);

    assertThat(text)
        .contains(
            "\ninkstream_queue_waiting 0.0",
            "\ninkstream_queue_running 0.0",
            "\ninkstream_queue_capacity 2.0",
            "\ninkstream_queue_slots 1.0",
            "\ninkstream_model_ready 1.0",
            "\ninkstream_model_load_time_seconds ",
            "\ninkstream_memory_peak_bytes ",
            "\ninkstream_prompts_remembered ",
            "\ninkstream_prompts_remembered_bytes ",
            "inkstream_prompts_total{result=\"hit\"}",
            "inkstream_prompts_total{result=\"miss\"}",
            "inkstream_requests_total{reason=\"queue_full\",status=\"rejected\"}",
            "inkstream_queue_time_seconds_bucket{le=\"0.01\"}",
            "inkstream_request_duration_seconds_count{status=\"succeeded\"}",
            "inkstream_stage_duration_seconds_count{stage=\"text_encoding\"}",
            "inkstream_stage_duration_seconds_count{stage=\"denoising\"}",
            "inkstream_stage_duration_seconds_count{stage=\"decoding\"}",
            "inkstream_step_duration_seconds_count ")
        .contains(
            "sglang:diffusion_num_queue_reqs{replica=\"0\",role=\"monolithic\"} 0.0",
            "sglang:diffusion_num_running_reqs{replica=\"0\",role=\"monolithic\"} 0.0",
            "sglang:diffusion_lora_loaded_adapters{replica=\"0\",role=\"monolithic\"} 0.0",
            "sglang:diffusion_lora_active_adapters{replica=\"0\",role=\"monolithic\"} 0.0",
            "sglang:diffusion_lora_active_modules{replica=\"0\",role=\"monolithic\"} 0.0",
            "sglang:diffusion_lora_module_active{module=\"transformer\",replica=\"0\",role=\"monolithic\"}"
                + " 0.0",
            "sglang:diffusion_requests_total{is_warmup=\"false\",replica=\"0\",role=\"monolithic\",status=\"success\"}",
            "sglang:diffusion_request_latency_seconds_bucket{is_warmup=\"false\",replica=\"0\",role=\"monolithic\",status=\"success\",le=\"1200.0\"}",
            "sglang:diffusion_queue_time_seconds_count{is_warmup=\"false\",replica=\"0\",role=\"monolithic\"}",
            "sglang:diffusion_stage_host_latency_seconds_count{replica=\"0\",role=\"monolithic\",stage=\"DenoisingStage\"}",
            "sglang:diffusion_stage_host_latency_seconds_count{replica=\"0\",role=\"monolithic\",stage=\"DenoisingStep\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {4_097, 20_000, 60_000})
  void aUriThatIsTooLongIsRefusedWithAnErrorAndTheConnectionGoesOn(int length) throws Exception {
    var path = "/v1/models?" + "x".repeat(length);

    assertThat(twice(HttpRequest.newBuilder(server.resolve(path)).build()))
        .allSatisfy(answer -> {
          assertThat(answer.statusCode()).isEqualTo(414);
          assertThat(answer.body()).contains("invalid_request_error", "uri_too_long");
          assertThat(answer.headers().firstValue("x-request-id")).isPresent();
          assertThat(answer.headers().firstValue("connection")).isEmpty();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {20_480, 40_000})
  void headersThatAreTooLargeAreRefusedWithAnError(int length) throws Exception {
    var request = HttpRequest.newBuilder(server.resolve("/v1/models"));

    assertThat(twice(request.header("x-much", "x".repeat(length)).build()))
        .allSatisfy(answer -> {
          assertThat(answer.statusCode()).isEqualTo(431);
          assertThat(answer.body()).contains("invalid_request_error", "headers_too_large");
        });
  }

  private static List<HttpResponse<String>> twice(HttpRequest request) throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return List.of(
          client.send(request, BodyHandlers.ofString()),
          client.send(request, BodyHandlers.ofString()));
    }
  }

  @Test
  void aChunkedBodyThatIsTooLargeIsRefusedWithAnError() throws Exception {
    byte[] body =
        "{\"prompt\": \"%s\"}".formatted("a".repeat(3 << 20)).getBytes(StandardCharsets.UTF_8);
    var chunked =
        HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();

    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(chunked, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body())
          .contains("\"code\":\"request_too_large\"", "\"param\":null", " is too large, may have ");
      assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
    }
  }

  @Test
  void aChunkedBodyWithoutEndIsAnswered413AndItsConnectionEndsSoon() throws Exception {
    byte[] chunk = ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = posting("Transfer-Encoding: chunked")) {
      long begin = System.nanoTime();
      assertThatThrownBy(() -> writeFor(Duration.ofSeconds(20), socket, chunk))
          .isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }
  }

  private static void writeFor(Duration time, Socket socket, byte[] chunk) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      socket.getOutputStream().write(chunk);
    }
  }

  private Socket posting(String header) throws IOException {
    var socket = new Socket(server.getHost(), server.getPort());
    String head =
        "POST /v1/images/generations HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Type: application/json\r\n";
    socket
        .getOutputStream()
        .write((head + header + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void stalledBodiesHoldNothingUpAndAreAnswered408InTheEnd() throws Exception {
    // Given
    byte[] part = ("{\"prompt\": \"" + "a".repeat(20_000)).getBytes(StandardCharsets.US_ASCII);
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        Socket socket = posting("Content-Length: 200000");
        socket.getOutputStream().write(part);
        stalled.add(socket);
      }

      // When
      for (String path :
          List.of("/health", "/q/health/ready", "/metrics", "/q/metrics", "/models")) {
        given().get(path).then().statusCode(200);
      }
      error(
          given()
              .contentType("application/json")
              .body("{\"n\": 0, \"prompt\": \"" + "a".repeat(20_000) + "\"}")
              .post("/v1/images/generations")
              .then()
              .statusCode(400));

      // Then
      for (Socket socket : stalled) {
        assertThat(socket.getInputStream().available()).isZero();
      }
      for (Socket socket : stalled) {
        socket.setSoTimeout(20_000);
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 408 ")
            .contains("\"code\":\"request_timeout\"");
      }
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  @Test
  void aChunkedBodyWithinTheLimitIsRead() throws Exception {
    byte[] body =
        "{\"prompt\": \"%s\", \"n\": 0}"
            .formatted("a".repeat(30_000))
            .getBytes(StandardCharsets.UTF_8);
    var chunked =
        HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();

    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(chunked, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("\"param\":\"n\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "GET"})
  void otherMethodsAreRefusedWithAnError(String method) {
    error(given().request(method, "/v1/images/generations").then().statusCode(405));
  }

  @Test
  void otherTypesAndNoTypeAndNoBodyAreRefusedWithAnError() {
    error(
        given()
            .contentType("application/x-www-form-urlencoded")
            .body("prompt=a")
            .post("/v1/images/generations")
            .then()
            .statusCode(415));
    error(
        given()
            .contentType("application/json")
            .post("/v1/images/generations")
            .then()
            .statusCode(400));
    error(given().post("/v1/images/generations").then().statusCode(415));
    error(
        given()
            .contentType("application/json")
            .accept("text/html")
            .body("{\"prompt\": \"a\", \"n\": 0}")
            .post("/v1/images/generations")
            .then());
  }

  @Test
  void unknownRoutesAreRefusedWithAnError() {
    error(given().get("/v1/unknown").then().statusCode(404))
        .body("error.code", equalTo("unknown_url"));
    error(given().post("/nowhere").then().statusCode(404));
  }

  private static ValidatableResponse error(ValidatableResponse response) {
    return response
        .contentType("application/json")
        .header("x-should-retry", equalTo("false"))
        .body("error.message", not(nullValue()))
        .body("error.type", notNullValue())
        .body("error", hasKey("param"))
        .body("error", hasKey("code"));
  }

  private static String scrape(String path) {
    return given().get(path).then().statusCode(200).extract().asString();
  }

  /// The sum of a counter's series that have this label.
  private static double counted(String name, String label) {
    return scrape("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/q/metrics", "/health", "/liveness"})
  void answersTheRequestThatTakesAConnectionToHttp2(String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) { // asks for h2c with its first request
      var request =
          HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(10)).build();

      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).isIn(200, 503);
    }
  }
}
