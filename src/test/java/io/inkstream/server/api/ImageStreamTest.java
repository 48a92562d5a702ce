package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streamed answers on the wire, byte by byte.
@QuarkusTest
class ImageStreamTest {
  private static final String LONG = "{\"prompt\": \"a\", \"num_inference_steps\": 1000%s}";
  private static final Pattern FRAME =
      Pattern.compile("(: [a-z]+|event: ([a-z_.]+)\ndata: (\\{.*}))\n\n");

  @Inject JobQueue queue;
  @Inject ModelSlot model;
  @Inject ObjectMapper mapper;
  @TestHTTPResource URI server;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Event(String name, JsonNode data) {}

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    Await.until("no job runs", () -> queue.queued() == 0 && queue.running() == 0);
    Await.until("no tensor is open", () -> Tensor.open() == 0);
  }

  @Test
  void theAnswerIsAnEventStreamThatNobodyMayBuffer() throws Exception {
    HttpResponse<String> answer = post("");

    assertThat(answer.statusCode()).isEqualTo(200);
    var headers = answer.headers();
    assertThat(headers.firstValue("content-type")).contains("text/event-stream");
    assertThat(headers.firstValue("cache-control")).contains("no-cache");
    assertThat(headers.firstValue("x-accel-buffering")).contains("no");
    assertThat(answer.body()).startsWith(": admitted\n\n");
    assertThat(FRAME.matcher(answer.body()).replaceAll("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream", "*/*", "image/png"})
  void theBodyDecidesWhateverTheClientAccepts(String accept) throws Exception {
    var request = request("").header("Accept", accept).build();
    var answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(names(answer)).containsExactly("image_generation.completed");
  }

  @Test
  void eachPictureHasItsPartialPicturesAndItsEnd() throws Exception {
    // When
    List<Event> events =
        events(post(", \"n\": 2, \"seed\": [3, 4], \"partial_images\": 2, \"user\": \"me\""));

    // Then
    String partial = "image_generation.partial_image";
    String completed = "image_generation.completed";
    assertThat(events)
        .extracting(Event::name)
        .containsExactly(partial, partial, partial, partial, completed, completed);
    assertThat(events).allMatch(event -> event.data().get("type").asText().equals(event.name()));
    assertThat(numbers(events, "image_index")).containsExactly(0, 1, 0, 1, 0, 1);
    assertThat(numbers(events.subList(0, 4), "partial_image_index")).containsExactly(0, 0, 1, 1);
    assertThat(numbers(events.subList(0, 4), "step")).containsExactly(2, 2, 4, 4);
    assertThat(numbers(events.subList(4, 6), "seed")).containsExactly(3, 4);
    for (Event event : events) {
      var picture =
          ImageIO.read(new ByteArrayInputStream(event.data().get("b64_json").binaryValue()));
      assertThat(picture.getWidth() + "x" + picture.getHeight()).isEqualTo("64x48");
    }
  }

  @Test
  void eventsHaveOpenAisKeysAndOurs() throws Exception {
    List<Event> events = events(post(", \"partial_images\": 1, \"output_format\": \"jpeg\""));

    JsonNode partial = events.get(0).data();
    assertThat(partial.fieldNames())
        .toIterable()
        .containsExactly(
            "type",
            "b64_json",
            "created_at",
            "size",
            "quality",
            "background",
            "output_format",
            "partial_image_index",
            "image_index",
            "step",
            "steps");
    JsonNode completed = events.get(1).data();
    assertThat(completed.fieldNames())
        .toIterable()
        .containsExactly(
            "type",
            "b64_json",
            "created_at",
            "size",
            "quality",
            "background",
            "output_format",
            "usage",
            "image_index",
            "seed",
            "revised_prompt",
            "id",
            "inference_time_s");
    assertThat(completed.get("usage").toString())
        .isEqualTo(
            "{\"input_tokens\":8,\"output_tokens\":12,\"total_tokens\":20,"
                + "\"input_tokens_details\":{\"text_tokens\":8,\"image_tokens\":0},"
                + "\"output_tokens_details\":{\"text_tokens\":0,\"image_tokens\":12}}");
    for (Event event : events) {
      assertThat(event.data().get("size").asText()).isEqualTo("64x48");
      assertThat(event.data().get("output_format").asText()).isEqualTo("jpeg");
      assertThat(event.data().get("b64_json").binaryValue()).startsWith(0xff, 0xd8, 0xff);
    }
  }

  @Test
  void theFinishedPictureIsThatOfTheJsonAnswer() throws Exception {
    String body =
        "{\"prompt\": \"a pear\", \"size\": \"64x48\", \"num_inference_steps\": 3, \"seed\": 7";
    JsonNode json = mapper.readTree(send(body + "}").body());
    List<Event> events = events(send(body + ", \"stream\": true}"));
    assertThat(events.getLast().data().get("b64_json")).isEqualTo(json.at("/data/0/b64_json"));
  }

  @Test
  void progressIsToldToThoseWhoAsk() throws Exception {
    // When
    List<Event> events = events(post(", \"stream_progress\": true"));

    // Then
    List<Event> progress = events.subList(0, events.size() - 1);
    assertThat(progress).extracting(Event::name).containsOnly("image_generation.progress");
    List<Event> steps = progress.stream().filter(event -> event.data().has("step")).toList();
    assertThat(numbers(steps, "step")).isSorted().doesNotHaveDuplicates().endsWith(6);
    assertThat(numbers(steps, "steps")).containsOnly(6);
    assertThat(steps.getLast().data().get("left_s").asDouble()).isZero();
    assertThat(steps.getLast().data().get("elapsed_s").asDouble()).isPositive();
    assertThat(steps).noneMatch(event -> event.data().has("previews"));
    assertThat(progress.getLast().data().get("stage").asText()).isEqualTo("decoding");
  }

  @Test
  void progressTellsWhatTheCacheDecided() throws Exception {
    List<Event> events =
        events(
            post(
                ", \"stream_progress\": true, \"enable_cache_dit\": true, \"cache_dit_params\":"
                    + " {\"max_warmup_steps\": 2, \"residual_diff_threshold\": 1.0}"));
    JsonNode step =
        events.stream()
            .filter(e -> e.data().path("step").asInt() == 6)
            .findFirst()
            .orElseThrow()
            .data();
    assertThat(step.get("cache")).hasSize(2);
    assertThat(events.getLast().data().at("/cache/computed_steps").isInt()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "full"})
  void previewsAreSmallJpegsOfEachPicture(String preview) throws Exception {
    List<Event> events =
        events(post(", \"n\": 2, \"stream_progress\": true, \"preview\": \"" + preview + "\""));

    List<JsonNode> previews =
        events.stream().map(e -> e.data().path("previews")).filter(JsonNode::isArray).toList();
    assertThat(previews).isNotEmpty();
    for (JsonNode both : previews) {
      assertThat(both).hasSize(2);
      for (int image = 0; image < 2; image++) {
        JsonNode one = both.get(image);
        assertThat(one.get("image_index").asInt()).isEqualTo(image);
        assertThat(one.get("output_format").asText()).isEqualTo("jpeg");
        assertThat(one.get("b64_json").binaryValue()).startsWith(0xff, 0xd8, 0xff);
        var picture = ImageIO.read(new ByteArrayInputStream(one.get("b64_json").binaryValue()));
        assertThat(picture.getWidth() + "x" + picture.getHeight())
            .isEqualTo(one.get("size").asText());
      }
    }
  }

  @Test
  void aFailureAfterTheFirstByteIsAnErrorEventAndTheEnd() throws Exception {
    // The guided velocity overflows at the first step.
    HttpResponse<String> answer = post(", \"true_cfg_scale\": 3e38");

    assertThat(answer.statusCode()).isEqualTo(200);
    List<Event> events = events(answer);
    assertThat(events).extracting(Event::name).containsExactly("error");
    JsonNode error = events.getFirst().data();
    assertThat(error.fieldNames()).toIterable().containsExactly("error");
    assertThat(error.get("error").fieldNames())
        .toIterable()
        .containsExactly("message", "type", "param", "code");
    assertThat(error.at("/error/type").asText()).isEqualTo("server_error");
  }

  @Test
  void whatIsRefusedBeforeTheFirstByteIsPlainJson() throws Exception {
    HttpResponse<String> answer = post(", \"n\": 11");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("application/json");
    assertThat(mapper.readTree(answer.body()).at("/error/param").asText()).isEqualTo("n");
  }

  @Test
  void aQueuedReaderHearsItsPlaceAndHeartbeats() throws Exception {
    try (Socket running = open("");
        Socket waiting = openOnceOneRuns(", \"stream\": true, \"stream_progress\": true")) {
      var lines = lines(waiting);

      assertThat(readUntil(lines, "data: "))
          .contains("\"stage\":\"queued\"")
          .contains("\"queue_position\":1");
      readUntil(lines, ": heartbeat");
      readUntil(lines, ": heartbeat");
    }
  }

  @Test
  void closingTheConnectionOfARunningStreamFreesTheWorker() throws Exception {
    try (Socket socket = open(", \"stream\": true, \"stream_progress\": true")) {
      readUntil(lines(socket), "data: ", "\"step\":2,");
    }
    Await.until("the worker is free", () -> queue.running() == 0);
    Await.until("no tensor is open", () -> Tensor.open() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"stream\": true"})
  void closingTheConnectionOfAQueuedRequestTakesItFromTheQueue(String stream) throws Exception {
    try (Socket running = open("")) {
      Await.until("the first runs", () -> queue.running() == 1);
      try (Socket waiting = open(stream)) {
        Await.until("the second waits", () -> queue.queued() == 1);
      }
      Await.until("the second is gone", () -> queue.queued() == 0);
      assertThat(queue.running()).isEqualTo(1);
    }
  }

  @Test
  void aFullQueueRefusesStreamsWithJson() throws Exception {
    try (Socket first = open("");
        Socket second = open(", \"stream\": true");
        Socket third = open("")) {
      Await.until("the queue is full", () -> queue.running() == 1 && queue.queued() == 2);

      HttpResponse<String> answer = post("");

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(mapper.readTree(answer.body()).at("/error/code").asText()).isEqualTo("queue_full");
    }
  }

  private HttpRequest.Builder request(String extra) {
    return raw(
        "{\"prompt\": \"a pear\", \"size\": \"64x48\", \"num_inference_steps\": 6, \"stream\": true"
            + extra
            + "}");
  }

  private HttpRequest.Builder raw(String body) {
    return HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> post(String extra) throws IOException, InterruptedException {
    return client.send(request(extra).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String body) throws IOException, InterruptedException {
    return client.send(raw(body).build(), BodyHandlers.ofString());
  }

  private List<String> names(HttpResponse<String> answer) throws IOException {
    return events(answer).stream().map(Event::name).toList();
  }

  private List<Event> events(HttpResponse<String> answer) throws IOException {
    List<Event> events = new ArrayList<>();
    var frames = FRAME.matcher(answer.body());
    while (frames.find()) {
      if (frames.group(2) != null) {
        events.add(new Event(frames.group(2), mapper.readTree(frames.group(3))));
      }
    }
    return events;
  }

  private static List<Integer> numbers(List<Event> events, String key) {
    return events.stream().map(event -> event.data().get(key).asInt()).toList();
  }

  private Socket openOnceOneRuns(String fields) throws IOException {
    Await.until("one runs", () -> queue.running() == 1);
    return open(fields);
  }

  private Socket open(String extra) throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    byte[] body = LONG.formatted(extra).getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/images/generations HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n";
    var out = socket.getOutputStream();
    out.write(head.formatted(server.getAuthority(), body.length).getBytes(StandardCharsets.UTF_8));
    out.write(body);
    out.flush();
    return socket;
  }

  private static BufferedReader lines(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /// The first line that begins so and has all that.
  private static String readUntil(BufferedReader lines, String start, String... parts)
      throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(start) && List.of(parts).stream().allMatch(line::contains)) {
        return line;
      }
    }
    throw new AssertionError("the stream ended before " + start);
  }
}
