package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.inkstream.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the packaged server stops, and what it sends to whoever traces it.
class StopIT {
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+)/v1 .*");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long LONGEST_SECONDS = 120;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void whatRunsEndsAndNothingNewIsTaken() throws Exception {
    // Given
    Process server = serve("--http-graceful-shutdown-timeout", "100");
    String url = awaitReady();
    CompletableFuture<HttpResponse<String>> running = draw(url, 60);
    awaitRunning(url);

    // When
    server.destroy();

    // Then
    await("it is not ready", () -> status(url, "/q/health/ready") == 503);
    assertThat(status(url, "/health")).isEqualTo(503);
    assertThat(status(url, "/q/health/live")).isEqualTo(200);
    HttpResponse<String> refused = draw(url, 1).join();
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("\"code\":\"shutting_down\"");
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(running.join().statusCode()).isEqualTo(200);
    assertThat(exit(server)).isZero();
    assertThat(log()).contains("stopping: 1 requests get 100 s to end").doesNotContain("ERROR");
  }

  @Test
  void whatDoesNotEndInTimeIsCancelledAndToldSo() throws Exception {
    Process server = serve("--http-graceful-shutdown-timeout", "1");
    String url = awaitReady();
    CompletableFuture<HttpResponse<String>> running = draw(url, 5000);
    awaitRunning(url);

    server.destroy();

    assertThat(running.join().statusCode()).isEqualTo(503);
    assertThat(running.join().body()).contains("\"code\":\"cancelled\"");
    assertThat(exit(server)).isZero();
  }

  @Test
  void aSecondSignalStopsAtOnce() throws Exception {
    Process server = serve("--http-graceful-shutdown-timeout", "3600");
    String url = awaitReady();
    var _ = draw(url, 5000);
    awaitRunning(url);

    server.destroy();
    await("it is not ready", () -> status(url, "/q/health/ready") == 503);
    server.destroy();

    assertThat(exit(server)).isEqualTo(143);
  }

  @Test
  void aStopWhileTheModelLoadsIsInOrder() throws Exception {
    Process server = serve();

    await(
        "the launcher has become java",
        () ->
            Program.isNative()
                || server.info().command().filter(name -> name.endsWith("java")).isPresent());
    server.destroy();

    assertThat(exit(server)).isIn(0, 143); // 143 before the signal is listened to
    assertThat(log()).doesNotContain("Exception", "SIGSEGV");
  }

  @Test
  void spansGoWhereTheFlagSaysWithTheTraceThatAClientBegan() throws Exception {
    // Given
    List<String> received = new CopyOnWriteArrayList<>();
    HttpServer collector = collect(received);
    var _ = serve("--otlp-traces-endpoint", "http://localhost:" + collector.getAddress().getPort());
    String url = awaitReady();

    // When
    assertThat(draw(url, 1).join().statusCode()).isEqualTo(200);

    // Then
    try {
      await("spans", () -> has(received, "generate_content qwen-image-pocket"));
      assertThat(has(received, latin(HexFormat.of().parseHex(TRACE)))).isTrue();
      assertThat(has(received, "denoising")).isTrue();
      assertThat(has(received, "a secret apple")).isFalse();
    } finally {
      collector.stop(0);
    }
  }

  private static HttpServer collect(List<String> received) throws IOException {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer collector = HttpServer.create(loopback, 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          received.add(latin(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    return collector;
  }

  private static boolean has(List<String> received, String text) {
    return received.stream().anyMatch(body -> body.contains(text));
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static CompletableFuture<HttpResponse<String>> draw(String url, int steps) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/v1/images/generations"))
            .header("Content-Type", "application/json")
            .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
            .POST(
                BodyPublishers.ofString(
                    "{\"prompt\": \"a secret apple\", \"num_inference_steps\": %d}"
                        .formatted(steps)))
            .build();
    return HTTP.sendAsync(request, BodyHandlers.ofString());
  }

  private static void awaitRunning(String url) {
    await("it runs", () -> get(url, "/metrics").body().contains("inkstream_queue_running 1.0"));
  }

  private static int status(String url, String path) {
    return get(url, path).statusCode();
  }

  private static HttpResponse<String> get(String url, String path) {
    var request = HttpRequest.newBuilder(URI.create(url + path)).build();
    return HTTP.sendAsync(request, BodyHandlers.ofString()).join();
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, condition);
  }

  private Process serve(String... words) throws IOException {
    List<String> command = new ArrayList<>(Program.command("serve", "--port", "0"));
    command.addAll(List.of(words));
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /// All that it has said.
  private String log() {
    try {
      return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String awaitReady() {
    Process server = started.getLast();
    Matcher ready = READY.matcher(log());
    while (!ready.find()) {
      assertThat(server.isAlive()).as("it runs: " + log()).isTrue();
      LockSupport.parkNanos(20_000_000);
      ready = READY.matcher(log());
    }
    return ready.group(1);
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }
}
