package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Jobs of the packaged server, whatever happens to it.
@EnabledOnOs(OS.LINUX)
class JobsIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path TINY = HOME.resolve("src/test/resources/goldens/tiny");
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+)/v1 ");
  private static final String LONG = order(10_000).replace("64x64", "512x512");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_SECONDS = 240;

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Process> started = new ArrayList<>();
  private String url = "";

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
    http.close();
  }

  @Test
  void noAcceptedJobIsLostWhenTheServerIsKilledUnderLoad() throws Exception {
    // Given
    serve(Map.of());
    Set<String> accepted = new HashSet<>();
    var asked = IntStream.range(0, 200).mapToObj(i -> post("/v1/images/jobs", order(1))).toList();
    await(
        "half of them are accepted",
        () -> asked.stream().filter(answer -> isAccepted(answer)).count() >= 100);

    // When
    kill();
    asked.stream().filter(JobsIT::isAccepted).forEach(answer -> accepted.add(id(answer.join())));
    serve(Map.of());

    // Then
    assertThat(accepted).hasSizeGreaterThanOrEqualTo(100);
    accepted.forEach(id -> awaitEnd(id, "completed"));
    for (String id : accepted) {
      JsonNode job = job(id);
      assertThat(job.path("tries").asInt()).isBetween(1, 2);
      String link = job.at("/result/data/0/url").asText();
      assertThat(get(URI.create(link).getPath()).statusCode()).isEqualTo(200);
    }
    assertThat(accepted.stream().filter(id -> job(id).path("tries").asInt() > 1).count())
        .as("only what was drawn when it died is drawn twice")
        .isLessThanOrEqualTo(1);
  }

  @Test
  void anEditThatWaitsIsDrawnByTheNextProcessFromThePicturesThatAreKept() throws Exception {
    // Given
    serve(Map.of());
    String first = taken(LONG);
    await("it is drawn", () -> job(first).path("progress").asInt() >= 1);
    HttpResponse<String> accepted = edit("/v1/images/jobs").join();
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);

    // When
    kill();
    serve(Map.of());
    post("/v1/images/jobs/" + first + "/cancel", "").join();

    // Then
    awaitEnd(id(accepted), "completed");
    String link = job(id(accepted)).at("/result/data/0/url").asText();
    HttpResponse<String> direct = edit("/v1/images/edits").join();
    assertThat(direct.statusCode()).as(direct.body()).isEqualTo(200);
    assertThat(pixels(bytes(URI.create(link).getPath())))
        .isEqualTo(
            pixels(Base64.getDecoder().decode(read(direct).at("/data/0/b64_json").asText())));
    assertThat(files("kept/inputs")).as("of the job alone").hasSize(2);
  }

  private CompletableFuture<HttpResponse<String>> edit(String path) throws IOException {
    var body = new ByteArrayOutputStream();
    for (var field :
        Map.of("prompt", "a pear", "size", "64x64", "seed", "3", "num_inference_steps", "2")
            .entrySet()) {
      String part =
          "--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
              .formatted(field.getKey(), field.getValue());
      body.write(part.getBytes(StandardCharsets.UTF_8));
    }
    body.write(
        "--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8));
    body.write(Files.readAllBytes(HOME.resolve("src/test/resources/pictures/rgb.png")));
    body.write("\r\n--XX--\r\n".getBytes(StandardCharsets.UTF_8));
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "multipart/form-data; boundary=XX")
            .POST(BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  private byte[] bytes(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + path)).build();
    return http.send(request, BodyHandlers.ofByteArray()).body();
  }

  private static int[] pixels(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve(name))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static boolean isAccepted(CompletableFuture<HttpResponse<String>> answer) {
    return answer.isDone()
        && !answer.isCompletedExceptionally()
        && answer.join().statusCode() == 202;
  }

  @Test
  void aWatcherThatComesBackAfterACrashHearsOneEnd() throws Exception {
    serve(Map.of());
    String id = taken(LONG);
    await("it is drawn", () -> job(id).path("progress").asInt() >= 1);
    var first = post("GET", "/v1/images/jobs/" + id + "/events", "", Map.of());

    kill();
    await("its stream has broken off", first::isDone);
    serve(Map.of(), "--jobs-after-restart", "interrupt");

    assertThat(job(id).path("status").asText()).isEqualTo("interrupted");
    assertThat(job(id).at("/error/code").asText()).isEqualTo("interrupted");
    var again = get("/v1/images/jobs/" + id + "/events", Map.of("Last-Event-ID", "500"));
    assertThat(again.body().lines().filter(line -> line.startsWith("event:")))
        .containsExactly("event: image.job.interrupted");
  }

  @Test
  void whatRunsWhenTheServerStopsIsDrawnByTheNext() throws Exception {
    // Given
    serve(Map.of(), "--http-graceful-shutdown-timeout", "1");
    String running = taken(LONG);
    await("it is drawn", () -> job(running).path("status").asText().equals("in_progress"));
    String waiting = taken(order(1));
    var watched = watch(running);

    // When
    started.getLast().destroy();

    // Then
    await("it is not ready", () -> isUnready() || !started.getLast().isAlive());
    assertThat(started.getLast().waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(started.getLast().exitValue()).isZero();
    assertThat(watched.join())
        .as("it ends as streams end, and says that the job waits again")
        .endsWith("\n\n")
        .contains("event: image.job.queued")
        .doesNotContain("image.job.cancelled", "image.job.failed", "image.job.interrupted");
    serve(Map.of());
    awaitEnd(waiting, "completed");
    await("it is drawn", () -> job(running).path("progress").asInt() >= 1);
    assertThat(job(running).path("tries").asInt()).as("the stop's try does not count").isOne();
    assertThat(log()).doesNotContain("ERROR");
  }

  /// What a watcher of a job hears, who hears it already.
  private CompletableFuture<String> watch(String id) {
    var request = HttpRequest.newBuilder(URI.create(url + "/v1/images/jobs/" + id + "/events"));
    InputStream events =
        http.sendAsync(request.build(), BodyHandlers.ofInputStream()).join().body();
    return CompletableFuture.supplyAsync(() -> text(events));
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isUnready() {
    try {
      return get("/q/health/ready").statusCode() == 503;
    } catch (CompletionException e) {
      return true;
    }
  }

  @Test
  void jobsInMemoryEndWithTheServerAndTheirWatchersAreTold() throws Exception {
    serve(Map.of(), "--job-store", "memory", "--http-graceful-shutdown-timeout", "1");
    String running = taken(LONG);
    String waiting = taken(order(1));
    var watched = Stream.of(running, waiting).map(this::watch).toList();
    await("it is drawn", () -> job(running).path("status").asText().equals("in_progress"));

    started.getLast().destroy();

    for (var events : watched) {
      assertThat(events.join().lines().filter(line -> line.startsWith("event:")))
          .endsWith("event: image.job.interrupted");
    }
    assertThat(started.getLast().waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(started.getLast().exitValue()).isZero();
  }

  @Test
  void thousandsOfJobsAreListedAndPaged() throws Exception {
    serve(Map.of());
    taken(LONG);
    Set<String> made = new HashSet<>();
    for (int batch = 0; batch < 20; batch++) {
      var asked = IntStream.range(0, 100).mapToObj(i -> post("/v1/images/jobs", order(1))).toList();
      asked.forEach(answer -> made.add(id(answer.join())));
    }

    Set<String> seen = new HashSet<>();
    String after = "";
    JsonNode page;
    do {
      page = read(get("/v1/images/jobs?limit=100&status=queued" + after));
      page.path("data").forEach(job -> seen.add(job.path("id").asText()));
      after = "&after=" + page.path("last_id").asText();
    } while (page.path("has_more").asBoolean());

    assertThat(seen).containsAll(made).hasSize(2000);
    assertThat(page.at("/data/0/queue_position").asInt()).isBetween(1, 2000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk", "memory"})
  void ofSixteenAtOnceUnderOneKeyOneIsDrawn(String store) throws Exception {
    serve(Map.of(), "--job-store", store);
    var key = Map.of("Idempotency-Key", "race");
    var asked =
        Stream.generate(() -> post("POST", "/v1/images/generations", order(2), key))
            .limit(16)
            .toList();

    assertThat(asked).map(answer -> answer.join().statusCode()).containsOnly(200);
    assertThat(asked)
        .map(answer -> read(answer.join()).at("/data/0/b64_json").asText())
        .allMatch(file -> file.startsWith("iVBOR"))
        .containsOnly(read(asked.getFirst().join()).at("/data/0/b64_json").asText());
    assertThat(metric("inkstream_pictures_total")).isOne();
    assertThat(post("POST", "/v1/images/generations", order(3), key).join().statusCode())
        .isEqualTo(409);
  }

  @Test
  void aJobThatAlwaysFailsIsGivenUpAfterThreeTriesWithItsReason() throws Exception {
    serve(Map.of(), "--model-path", PoisonedModel.in(folder).toString());
    String id = taken(order(1).replace("a red apple", PoisonedModel.POISON));

    awaitEnd(id, "failed");

    assertThat(job(id).path("tries").asInt()).isEqualTo(3);
    assertThat(job(id).at("/error/message").asText()).isNotEmpty();
    assertThat(job(id).at("/error/type").asText()).isEqualTo("server_error");
    assertThat(metric("inkstream_jobs_retries_total{store=\"disk\"}")).isEqualTo(2);
    awaitEnd(taken(order(1)), "completed");
  }

  @Test
  void aJobThatKillsItsServerEachTimeIsGivenUp() throws Exception {
    serve(Map.of());
    String id = taken(LONG);
    for (int i = 0; i < 3; i++) {
      int tries = i + 1;
      await("it is drawn", () -> job(id).path("tries").asInt() == tries);
      kill();
      serve(Map.of());
    }

    awaitEnd(id, "failed");
    assertThat(job(id).at("/error/code").asText()).isEqualTo("too_many_tries");
    awaitEnd(taken(order(1)), "completed");
  }

  @Test
  void aFullDiskIsSaidAndJobsAreTakenAgainWhenThereIsRoom() throws Exception {
    // Given
    assumeTrue(shell("unshare -m true") == 0, "needs the right to mount");
    Path small = Files.createDirectory(folder.resolve("small"));
    String mounted = "mount -t tmpfs -o size=4m none '%s' && exec ".formatted(small);
    List<String> command = command("--output-path", small.toString());
    start(
        Map.of(),
        List.of("unshare", "-m", "sh", "-c", mounted + "'" + String.join("' '", command) + "'"));
    String early = taken(order(1));
    awaitEnd(early, "completed");

    // When
    Path inside = Path.of("/proc/" + started.getLast().pid() + "/root" + small);
    fill(inside.resolve("filler"));
    HttpResponse<String> refused = post("/v1/images/jobs", order(1)).join();

    // Then
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
    assertThat(refused.body()).contains("\"code\":\"job_store_full\"");
    assertThat(job(early).path("status").asText()).isEqualTo("completed");
    Files.delete(inside.resolve("filler"));
    awaitEnd(taken(order(1)), "completed");
  }

  private static void fill(Path file) {
    byte[] block = new byte[4096];
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  @ParameterizedTest
  @CsvSource({"172800", "-864000"})
  void aCalendarThatJumpsLosesNoJob(String seconds) throws Exception {
    // Given
    Path library = folder.resolve("faults.so");
    String source = HOME.resolve("src/test/c/faults.c").toString();
    assumeTrue(
        shell("cc -shared -fPIC -o '%s' '%s'".formatted(library, source)) == 0,
        "needs a compiler of C");
    Path clock = Files.writeString(folder.resolve("clock"), "0");
    serve(Map.of("LD_PRELOAD", library.toString(), "CLOCK_FILE", clock.toString()));
    String running = taken(order(400));
    String waiting = taken(order(1));
    await("it is drawn", () -> job(running).path("progress").asInt() >= 1);

    // When
    Files.writeString(clock, seconds);

    // Then
    awaitEnd(running, "completed");
    awaitEnd(waiting, "completed");
    String later = taken(order(1));
    awaitEnd(later, "completed");
    assertThat(job(running).path("tries").asInt()).isOne();
    var events = get("/v1/images/jobs/" + running + "/events").body();
    Matcher times = Pattern.compile("\"(?:elapsed_s|left_s)\":(-?[0-9.E-]+)").matcher(events);
    assertThat(times.results().map(found -> Double.parseDouble(found.group(1))))
        .hasSizeGreaterThan(100)
        .allMatch(time -> time >= 0 && time < 86_400);
  }

  @Test
  void aThousandWatchOneJobAndAllHearItsEnd() throws Exception {
    serve(Map.of());
    String first = taken(LONG);
    String id = taken(order(20));
    var watchers =
        Stream.generate(() -> post("GET", "/v1/images/jobs/" + id + "/events", "", Map.of()))
            .limit(1000)
            .toList();

    post("/v1/images/jobs/" + first + "/cancel", "").join();

    List<String> seen =
        watchers.stream()
            .map(events -> events.join().body())
            .map(body -> body.replaceAll("(?m)^: .*\n\n", "").replaceFirst("(?s)^.*?(?=id: )", ""))
            .distinct()
            .toList();
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst()).contains("event: image.job.completed");
    assertThat(seen.getFirst().split("event: image.job.progress", -1)).hasSizeGreaterThan(20);
  }

  private void serve(Map<String, String> environment, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--output-path", folder.resolve("kept").toString()));
    start(environment, command(all.toArray(String[]::new)));
  }

  private static List<String> command(String... flags) {
    List<String> command = Program.command("serve", "--port", "0", "--no-spinning");
    if (!List.of(flags).contains("--model-path")) {
      command.addAll(List.of("--model-path", TINY.toString()));
    }
    command.addAll(List.of(flags));
    return command;
  }

  private void start(Map<String, String> environment, List<String> command) throws Exception {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(new HashMap<>(environment));
    started.add(builder.start());
    await("it is ready", () -> READY.matcher(log()).find() || !started.getLast().isAlive());
    Matcher ready = READY.matcher(log());
    assertThat(ready.find()).as(log()).isTrue();
    url = ready.group(1);
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not in time: " + what).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private void kill() throws InterruptedException {
    started.getLast().destroyForcibly().waitFor();
  }

  private int shell(String command) throws Exception {
    var process = new ProcessBuilder("sh", "-c", command).start();
    started.add(process);
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String order(int steps) {
    return "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":%d,\"seed\":1}"
        .formatted(steps);
  }

  private String taken(String order) {
    HttpResponse<String> answer = post("/v1/images/jobs", order).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return id(answer);
  }

  private static String id(HttpResponse<String> answer) {
    return read(answer).path("id").asText();
  }

  private JsonNode job(String id) {
    return read(get("/v1/images/jobs/" + id));
  }

  private void awaitEnd(String id, String status) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    JsonNode job = job(id);
    while (job.path("completed_at").isNull() && System.nanoTime() < end) {
      job = read(get("/v1/images/jobs/" + id, Map.of("Prefer", "wait=30")));
    }
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo(status);
  }

  private double metric(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> get(String path) {
    return get(path, Map.of());
  }

  private HttpResponse<String> get(String path, Map<String, String> headers) {
    return post("GET", path, "", headers).join();
  }

  private CompletableFuture<HttpResponse<String>> post(String path, String body) {
    return post("POST", path, body, Map.of());
  }

  private CompletableFuture<HttpResponse<String>> post(
      String method, String path, String body, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return http.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode read(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(answer.body(), e);
    }
  }
}
