package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.inkstream.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged server as its users start it, and the real OpenAI client of Python.
class ServeIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+) .*");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long LONGEST_SECONDS = 120;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void theCookbooksScriptDrawsAndAStopIsInOrder() throws Exception {
    String python = System.getenv().getOrDefault("INKSTREAM_PYTHON", "");
    assumeFalse(
        python.isEmpty(), "INKSTREAM_PYTHON names no Python with src/test/python's packages");

    // Given
    Process server = serve();
    String url = awaitReady(server);
    Path picture = folder.resolve("logo.png");

    // When
    Process client =
        start(
            python,
            HOME.resolve("src/test/python/openai_cookbook.py").toString(),
            url,
            "qwen-image-pocket",
            picture.toString());

    // Then
    assertThat(exit(client)).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(picture).isNotEmptyFile();
    server.destroy();
    assertThat(exit(server)).isZero();
  }

  @Test
  void aStopLetsWhatRunsEndAndTakesNothingNew() throws Exception {
    // Given
    Process server = serve();
    String url = awaitReady(server);
    CompletableFuture<HttpResponse<String>> running = draw(url, 12);
    awaitRunning(url);

    // When
    server.destroy();

    // Then
    await(() -> status(url, "/q/health/ready") == 503);
    assertThat(status(url, "/q/health/live")).isEqualTo(200);
    HttpResponse<String> refused = draw(url, 1).join();
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("\"code\":\"shutting_down\"");
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(running.join().statusCode()).isEqualTo(200);
    assertThat(exit(server)).isZero();
  }

  @Test
  void whatDoesNotEndInTimeIsCancelledAndToldSo() throws Exception {
    Process server = serve("--http-graceful-shutdown-timeout", "1");
    String url = awaitReady(server);
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
    String url = awaitReady(server);
    var _ = draw(url, 5000);
    awaitRunning(url);

    server.destroy();
    await(() -> status(url, "/q/health/ready") == 503);
    server.destroy();

    assertThat(exit(server)).isEqualTo(143);
  }

  @Test
  void aStopWhileTheModelLoadsIsInOrder() throws Exception {
    Process server = serve();
    Path log = folder.resolve("err");

    // The launcher has become the server when it is java.
    await(() -> server.info().command().filter(command -> command.endsWith("java")).isPresent());
    server.destroy();

    assertThat(exit(server)).isIn(0, 143);
    assertThat(Files.readString(log)).doesNotContain("Exception", "SIGSEGV");
  }

  @Test
  void aDamagedModelEndsTheServerWithOneLine() throws Exception {
    Files.writeString(
        folder.resolve("model_index.json"), "{\"_class_name\": \"QwenImage21Pipeline\"}");

    Process server = serve("--model-path", folder.toString());

    assertThat(exit(server)).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("err")).lines())
        .singleElement()
        .asString()
        .contains("is a QwenImage21Pipeline");
  }

  private static CompletableFuture<HttpResponse<String>> draw(String url, int steps) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/images/generations"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"prompt\": \"a\", \"size\": \"256x256\", \"num_inference_steps\": %d}"
                        .formatted(steps)))
            .build();
    return HTTP.sendAsync(request, BodyHandlers.ofString());
  }

  private static void awaitRunning(String url) {
    await(() -> get(url, "/metrics").body().contains("\ninkstream_queue_running 1.0"));
  }

  private static int status(String url, String path) {
    return get(url, path).statusCode();
  }

  private static HttpResponse<String> get(String url, String path) {
    var request = HttpRequest.newBuilder(URI.create(url).resolve(path)).build();
    return HTTP.sendAsync(request, BodyHandlers.ofString()).join();
  }

  private static void await(BooleanSupplier condition) {
    Await.until("the server's answer", condition);
  }

  private Process serve(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(HOME.resolve("inkstream").toString(), "serve", "--port", "0"));
    command.addAll(List.of(words));
    return start(command.toArray(String[]::new));
  }

  private Process start(String... command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    started.add(process);
    return process;
  }

  private static String awaitReady(Process server) throws IOException {
    BufferedReader lines = server.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return ready.group(1);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }
}
