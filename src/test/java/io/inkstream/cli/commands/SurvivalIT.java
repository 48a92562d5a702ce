package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inkstream.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packaged program on machines that do it no good.
@EnabledOnOs(OS.LINUX)
class SurvivalIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path TINY = HOME.resolve("src/test/resources/goldens/tiny");
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+)/v1 ");
  private static final Pattern SECONDS = Pattern.compile("\"(?:elapsed_s|left_s)\":(-?[0-9.E-]+)");
  private static final long LONGEST_SECONDS = 120;
  private static final String ORDER =
      "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":%d%s}";
  private static final String LINKED = ORDER.formatted(1, ",\"response_format\":\"url\"");

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
    http.close();
  }

  @Test
  void aSlowDiskHoldsNoEventLoopUp() throws Exception {
    // Given
    var faults = faults(Map.of("SLOW_SYNC", "3000"));
    faults.put(
        "INKSTREAM_JAVA_OPTS",
        "-Dquarkus.vertx.max-event-loop-execute-time=2S"
            + " -Dquarkus.vertx.warning-exception-time=1S");
    serve(faults, "--output-path", folder.resolve("kept").toString());
    String url = awaitReady();

    // When
    var answers = Stream.generate(() -> postLater(url, LINKED)).limit(6).toList();

    // Then
    while (!answers.stream().allMatch(CompletableFuture::isDone)) {
      assertThat(get(url, "/q/health/live").statusCode()).isEqualTo(200);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(log()).doesNotContain("has been blocked");
  }

  @Test
  void whatAKilledServerLeftHalfWrittenIsDeletedAtTheNextStart() throws Exception {
    // Given
    Path kept = folder.resolve("kept");
    Process killed = serve(faults(Map.of("SLOW_SYNC", "60000")), "--output-path", kept.toString());
    var _ = postLater(awaitReady(), LINKED);
    Await.until("a picture is being written", () -> halves(kept) == 1);
    killed.destroyForcibly().waitFor();
    assertThat(halves(kept)).isOne();

    // When
    serve(Map.of(), "--output-path", kept.toString());
    awaitReady();

    // Then
    Await.until("it is gone", () -> halves(kept) == 0);
  }

  private static long halves(Path kept) {
    try (var files = Files.list(kept)) {
      return files.filter(file -> file.toString().endsWith(".tmp")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"172800", "-864000"})
  void aCalendarThatJumpsChangesNoDuration(String seconds) throws Exception {
    // Given
    Path clock = Files.writeString(folder.resolve("clock"), "0");
    serve(faults(Map.of("CLOCK_FILE", clock.toString())));
    String url = awaitReady();
    var request = order(url, ORDER.formatted(300, ",\"stream\":true,\"stream_progress\":true"));

    // When
    List<String> events = new ArrayList<>();
    try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
      lines.forEach(line -> {
        events.add(line);
        if (line.contains("\"step\":3,")) {
          write(clock, seconds);
        }
      });
    }

    // Then
    assertThat(events).contains("event: image_generation.completed");
    assertThat(String.join("\n", events))
        .satisfies(text ->
            assertThat(SECONDS.matcher(text).results().map(found -> found.group(1)))
                .hasSizeGreaterThan(100)
                .map(Double::valueOf)
                .allSatisfy(time -> assertThat(time).isBetween(0.0, (double) LONGEST_SECONDS)));
    assertThat(get(url, "/metrics").body().lines())
        .filteredOn(line -> line.startsWith("inkstream_") && line.contains("_seconds_sum"))
        .isNotEmpty()
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .allSatisfy(sum -> assertThat(sum).isBetween(0.0, 10.0 * LONGEST_SECONDS));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"low-memory,text_encoder", "low-memory,transformer", "fast,text_encoder"})
  void weightsThatAreCutTakeTheModelOutOfServiceAndNotTheProcess(String weights, String part)
      throws Exception {
    // Given
    Path model = copyOfTheModel();
    Process server = serve(Map.of(), "--model-path", model.toString(), "--weights", weights);
    String url = awaitReady();
    assertThat(post(url, ORDER.formatted(2, "")).statusCode()).isEqualTo(200);

    // When
    Path cut = onlyWeights(model.resolve(part));
    try (var file = new RandomAccessFile(cut.toFile(), "rw")) {
      file.setLength(4096);
    }

    // Then
    for (String prompt : List.of("red apple", "pear")) {
      var answer = post(url, ORDER.formatted(2, "").replace("red apple", prompt));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("\"code\":\"model_changed\"");
    }
    assertThat(get(url, "/q/health/ready").statusCode()).isEqualTo(503);
    assertThat(get(url, "/health").body()).contains("model_changed");
    assertThat(get(url, "/q/health/live").statusCode()).isEqualTo(200);
    assertThat(server.isAlive()).isTrue();
    assertThat(log().lines().filter(line -> line.contains(" ERROR ")))
        .singleElement()
        .asString()
        .contains(cut.toString(), "was written to while it is in use", "it is 4096 bytes");
  }

  private Path copyOfTheModel() throws IOException {
    Path model = folder.toRealPath().resolve("model");
    try (var files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(TINY.relativize(file).toString()));
      }
    }
    return model;
  }

  private static Path onlyWeights(Path part) throws IOException {
    try (var files = Files.list(part)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({">/dev/full", ">&-"})
  void aCommandWhoseOutputNobodyCanReadHasFailed(String redirection) throws Exception {
    // Whatever a native executable opens first takes the number of an output that is closed.
    assumeFalse(redirection.equals(">&-") && Program.isNative(), "not noticed natively");

    int code = shell("%s generate --quiet --prompt a " + DRAWN + " " + redirection);

    assertThat(code).isEqualTo(1);
    assertThat(err()).isEqualTo("inkstream: standard output cannot be written\n");
    assertThat(folder.resolve("a.png")).isNotEmptyFile();
  }

  private static final String DRAWN =
      "--model-path " + TINY + " --size 64x64 --num-inference-steps 1 --output a.png";

  @Test
  @DisabledIf("io.inkstream.cli.commands.Program#isNative")
  void tooFewDescriptorsAreOneLine() throws Exception {
    int code = shell("ulimit -n 64; exec %s serve --port 0");

    assertThat(code).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "inkstream: the limit of open files is 64, must be 256 or more (ulimit -n 1024)\n");
  }

  @Test
  @DisabledIf("io.inkstream.cli.commands.Program#isNative")
  void aHeapSmallerThanTheUsualFirstOneIsTaken() throws Exception {
    int code = shell("export INKSTREAM_JAVA_OPTS=-Xmx24m; %s generate --prompt a " + DRAWN);

    assertThat(code).as(err()).isZero();
  }

  @Test
  @DisabledIf("io.inkstream.cli.commands.Program#isNative")
  void aFolderForTemporaryFilesThatIsReadOnlyIsNoObstacle() throws Exception {
    assumeTrue(shell("unshare -m true") == 0, "needs the right to mount");
    Files.createDirectory(folder.resolve("readonly"));
    String mounted = "mount -t tmpfs -o ro none readonly && exec "; // or the shell alone is ended
    var environment = Map.of("INKSTREAM_JAVA_OPTS", "-Djava.io.tmpdir=" + folder + "/readonly");
    started.add(
        builder(environment, "unshare", "-m", "sh", "-c", mounted + program("serve --port 0"))
            .start());
    String url = awaitReady();

    assertThat(post(url, ORDER.formatted(1, "")).statusCode()).isEqualTo(200);
    assertThat(post(url, LINKED).body()).contains("\"code\":\"image_store_failed\"");
  }

  /// @return the exit code
  private int shell(String command) throws Exception {
    var process = builder(Map.of(), "sh", "-c", command.replace("%s", program(""))).start();
    started.add(process);
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }

  private static String program(String words) {
    return "'%s' %s".formatted(String.join("' '", Program.command()), words);
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private Process serve(Map<String, String> environment, String... flags) throws IOException {
    List<String> command = Program.command("serve", "--port", "0", "--no-spinning");
    if (!List.of(flags).contains("--model-path")) {
      command.addAll(List.of("--model-path", TINY.toString()));
    }
    command.addAll(List.of(flags));
    var process = builder(environment, command.toArray(String[]::new)).start();
    started.add(process);
    return process;
  }

  private ProcessBuilder builder(Map<String, String> environment, String... command) {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    return builder;
  }

  private Map<String, String> faults(Map<String, String> faults) throws Exception {
    Path library = folder.resolve("faults.so");
    String source = HOME.resolve("src/test/c/faults.c").toString();
    assumeTrue(
        shell("cc -shared -fPIC -o '%s' '%s'".formatted(library, source)) == 0,
        "needs a compiler of C");
    Map<String, String> environment = new HashMap<>(faults);
    environment.put("LD_PRELOAD", library.toString());
    return environment;
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("out")) + err();
  }

  private String awaitReady() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (System.nanoTime() < end && started.getLast().isAlive()) {
      Matcher ready = READY.matcher(log());
      if (ready.find()) {
        return ready.group(1);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("the server is not ready: " + log());
  }

  private static HttpRequest order(String url, String body) {
    return HttpRequest.newBuilder(URI.create(url + "/v1/images/generations"))
        .timeout(Duration.ofSeconds(LONGEST_SECONDS))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(String url, String body) throws Exception {
    return http.send(order(url, body), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> postLater(String url, String body) {
    return http.sendAsync(order(url, body), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String url, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
  }
}
