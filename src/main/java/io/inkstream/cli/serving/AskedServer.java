package io.inkstream.cli.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.cli.serving.ServingAnswer.Drawn;
import io.inkstream.cli.serving.ServingAnswer.Failed;
import io.inkstream.cli.serving.ServingAnswer.TimedOut;
import io.inkstream.cli.serving.ServingPlan.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The server that is measured, by its wire.
final class AskedServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final int SHOWN = 200;

  private final Target target;
  // As SGLang's server speaks it.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  AskedServer(Target target) {
    this.target = target;
  }

  /// Asks each second until it is ready.
  ///
  /// @throws IOException if it does not become ready
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + target.patience().toNanos();
    while (!isHealthy()) {
      if (System.nanoTime() > end) {
        long seconds = target.patience().toSeconds();
        throw new IOException("%s: did not answer 200 in %d s".formatted(at("/health"), seconds));
      }
      Thread.sleep(Duration.ofSeconds(1));
    }
  }

  boolean isHealthy() throws InterruptedException {
    try {
      return get("/health").statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet, or no more
    }
  }

  /// The name of its model.
  String model() throws IOException, InterruptedException {
    var answer = get("/v1/model_info");
    JsonNode told =
        answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createObjectNode();
    String path = told.path("model_path").asText("");
    return path.isEmpty() ? target.model() : path;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).timeout(PROBE).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(at(path));
    target.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request;
  }

  private URI at(String path) {
    return URI.create(target.address().toString().replaceAll("/+$", "") + path);
  }

  /// Sends a request and takes the time until the end of its answer.
  ///
  /// @param limit what it gets; empty: any time
  ServingAnswer ask(Task task, String model, ServingRequest asked, Optional<Duration> limit)
      throws InterruptedException {
    HttpRequest request = asked.fill(request(task.path()), model).build();
    long start = System.nanoTime();
    var answer = http.sendAsync(request, BodyHandlers.ofByteArray());
    try {
      var whole =
          limit.isPresent()
              ? answer.get(limit.get().toNanos(), TimeUnit.NANOSECONDS)
              : answer.get();
      return read(since(start), whole);
    } catch (TimeoutException e) {
      answer.cancel(true); // hangs up: a server may then cancel what nobody waits for
      return new TimedOut(since(start));
    } catch (ExecutionException e) {
      return new Failed(since(start), line(String.valueOf(e.getCause())));
    }
  }

  private static ServingAnswer read(double seconds, HttpResponse<byte[]> answer) {
    if (answer.statusCode() != 200) {
      String body = new String(answer.body(), UTF_8);
      return new Failed(seconds, "HTTP %d: %s".formatted(answer.statusCode(), line(body)));
    }
    try {
      JsonNode json = JSON.readTree(answer.body());
      int outputs = json.path("num_outputs").asInt(json.path("data").size());
      return new Drawn(seconds, outputs, json.path("peak_memory_mb").asDouble(0));
    } catch (IOException e) {
      return new Failed(seconds, "the answer is no JSON: " + line(String.valueOf(e.getMessage())));
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    int end = line.offsetByCodePoints(0, Math.min(SHOWN, line.codePointCount(0, line.length())));
    return end == line.length() ? line : line.substring(0, end) + "…";
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
