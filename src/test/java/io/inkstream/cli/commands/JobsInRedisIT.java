package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import io.inkstream.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Packaged servers that share a Redis, whatever happens to any of them or to it.
@EnabledOnOs(OS.LINUX)
class JobsInRedisIT {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny").toAbsolutePath();
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+)/v1 ");
  private static final String LONG = order(10_000).replace("64x64", "512x512");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_SECONDS = 240;
  private static final String LEASE = "4s";

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Server> servers = new ArrayList<>();
  private RedisServer redis;

  @AfterEach
  void endProcesses() {
    servers.forEach(server -> server.process().destroyForcibly());
    http.close();
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void ofThreeServersUnderLoadOneIsKilledAndNoJobIsLost() throws Exception {
    // Given
    redis = RedisServer.start();
    List<Server> three = List.of(serve(), serve(), serve());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ids.add(taken(three.get(i % 3), order(2)));
    }
    List<CompletableFuture<HttpResponse<String>>> watchers = new ArrayList<>();
    ids.forEach(id -> watchers.add(watch(three.get(1), id)));

    // When
    Await.until("the first draws", () -> metric(three.getFirst(), "claims_total") >= 2);
    three.getFirst().process().destroyForcibly().waitFor();

    // Then
    ids.forEach(id -> awaitEnd(three.get(2), id, "completed"));
    assertThat(ids)
        .filteredOn(id -> job(three.get(1), id).path("tries").asInt() > 1)
        .as("only what the dead one drew is drawn twice")
        .hasSizeLessThanOrEqualTo(1);
    for (var watcher : watchers) {
      assertThat(ends(watcher.join().body())).as("ends").containsExactly("image.job.completed");
    }
    assertThat(three.subList(1, 3)).allMatch(server -> metric(server, "claims_total") > 10);
    String link = job(three.get(1), ids.getLast()).at("/result/data/0/url").asText();
    for (Server server : three.subList(1, 3)) {
      assertThat(ask(server, "GET", URI.create(link).getPath(), "").join().statusCode())
          .as("every server has the picture")
          .isEqualTo(200);
    }
  }

  @Test
  void aCancelReachesTheServerThatDrawsAndEventsEveryOther() throws Exception {
    redis = RedisServer.start();
    Server drawer = serve();
    String id = taken(drawer, LONG);
    Await.until("it is drawn", () -> job(drawer, id).path("progress").asInt() >= 1);
    Server other = serve();
    var watcher = watch(other, id);
    Await.until(
        "the other knows how far it is", () -> job(other, id).path("progress").asInt() >= 1);

    assertThat(ask(other, "POST", "/v1/images/jobs/" + id + "/cancel", "").join().statusCode())
        .isEqualTo(200);

    String body = watcher.join().body();
    assertThat(ends(body)).containsExactly("image.job.cancelled");
    Matcher numbers = Pattern.compile("(?m)^id: (\\d+)$").matcher(body);
    List<String> seen = numbers.results().map(found -> found.group(1)).toList();
    assertThat(seen).hasSizeGreaterThan(3).doesNotHaveDuplicates();
    String again =
        http.send(
                request(drawer, "GET", "/v1/images/jobs/" + id + "/events", "")
                    .header("Last-Event-ID", seen.get(seen.size() - 2))
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(again).contains("id: " + seen.getLast()).doesNotContain("id: " + seen.getFirst());
    assertThat(ends(again)).containsExactly("image.job.cancelled");
  }

  @Test
  void sixteenThatAskTwoServersAtOnceUnderOneKeyGetOneJob() throws Exception {
    redis = RedisServer.start();
    List<Server> two = List.of(serve(), serve());

    var asked =
        IntStream.range(0, 16)
            .mapToObj(i ->
                http.sendAsync(
                    request(two.get(i % 2), "POST", "/v1/images/jobs", order(1))
                        .header("Idempotency-Key", "one")
                        .build(),
                    BodyHandlers.ofString()))
            .toList();

    assertThat(asked.stream().map(answer -> read(answer.join()).path("id").asText()).distinct())
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"restarted", "frozen", "emptied"})
  void redisIsAwayForAWhileUnderLoad(String what) throws Exception {
    // Given
    redis = what.equals("emptied") ? RedisServer.start() : RedisServer.startDurable();
    List<Server> two = List.of(serve(), serve());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(taken(two.get(i % 2), order(2)));
    }

    // When
    if (what.equals("frozen")) {
      redis.freeze();
    } else {
      redis.kill();
    }
    var refused = ask(two.getFirst(), "POST", "/v1/images/jobs", order(1)).join();
    var alone = ask(two.getFirst(), "POST", "/v1/images/generations", order(1)).join();
    if (what.equals("frozen")) {
      redis.thaw();
    } else {
      redis.revive();
    }

    // Then
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(alone.statusCode()).as("synchronous requests need no Redis").isEqualTo(200);
    for (Server server : two) {
      Await.until(
          "it is there again",
          () -> ask(server, "GET", "/v1/images/jobs", "").join().statusCode() == 200);
    }
    if (what.equals("emptied")) {
      awaitEnd(two.getLast(), taken(two.getFirst(), order(1)), "completed");
      return;
    }
    ids.forEach(id -> awaitEnd(two.getLast(), id, "completed"));
    assertThat(ids.stream().map(id -> job(two.getFirst(), id).path("tries").asInt()))
        .as("a frozen Redis draws nothing twice, one that is killed at most what ran")
        .filteredOn(tries -> tries > 1)
        .hasSizeLessThanOrEqualTo(what.equals("frozen") ? 0 : two.size());
  }

  @Test
  void whatRunsWhenItsServerStopsIsAnothersAtOnce() throws Exception {
    redis = RedisServer.start();
    Server first = serve("--http-graceful-shutdown-timeout", "1");
    String id = taken(first, LONG);
    Await.until("it is drawn", () -> job(first, id).path("progress").asInt() >= 1);
    Server second = serve();
    var watcher = watch(second, id);

    first.process().destroy();

    assertThat(first.process().waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(first.process().exitValue()).isZero();
    Await.until("the other draws it", () -> metric(second, "claims_total") >= 1);
    ask(second, "POST", "/v1/images/jobs/" + id + "/cancel", "").join();
    assertThat(ends(watcher.join().body())).containsExactly("image.job.cancelled");
    assertThat(job(second, id).path("tries").asInt()).as("a stop is no try").isEqualTo(1);
  }

  @Test
  void aRoutersMessagesAreDrawnOnceAndLateOnesNotAtAll() throws Exception {
    // Given
    redis = RedisServer.start();
    long soon = System.currentTimeMillis() / 1000 + 3600;
    put(soon, "{'request_kind':'redis','internal':{},'data':%s}", message("drawn", soon, order(2)));
    put(soon, "%s", message("plain", soon, order(1)));
    put(1, "%s", message("late", 1, order(2)));
    put(soon, "%s", message("wrong", soon, order(2).replace("64x64", "1x1")));
    String elsewhere = message("elsewhere", soon, order(1));
    put(
        soon,
        "{'request_kind':'redis','internal':{'result_queue_name':'mine'},'data':%s}",
        elsewhere);

    // When
    String[] flags = {"--job-messages", "request-sortedset"};
    List<Server> two = List.of(serve(flags), serve(flags));

    // Then
    Await.until("all are told", () -> redis.ask("LLEN result-list").startsWith(":4"));
    Await.until("its own list has it", () -> redis.ask("LLEN mine").startsWith(":1"));
    assertThat(redis.ask("ZCARD request-sortedset")).startsWith(":0");
    Map<String, JsonNode> results =
        redis
            .ask("LRANGE result-list 0 -1")
            .lines()
            .filter(line -> line.startsWith("{"))
            .map(JobsInRedisIT::json)
            .collect(Collectors.toMap(result -> result.path("id").asText(), result -> result));
    for (String id : List.of("drawn", "plain")) {
      assertThat(results.get(id).path("status_code").asInt()).isEqualTo(200);
      JsonNode answer = json(results.get(id).path("payload").asText());
      assertThat(answer.at("/data/0/b64_json").asText()).startsWith("iVBOR");
    }
    assertThat(results.get("wrong").path("status_code").asInt()).isEqualTo(400);
    assertThat(json(results.get("wrong").path("payload").asText()).at("/error/param").asText())
        .isEqualTo("size");
    assertThat(results.get("late").path("error_code").asText()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(results.get("late").has("status_code")).isFalse();
    assertThat(two.stream().mapToDouble(server -> metric(server, "claims_total")).sum())
        .as("each is drawn once")
        .isEqualTo(3);
  }

  private void put(long deadline, String envelope, String message) {
    String text = envelope.formatted(message).replace("\"", "\\\"").replace("'", "\\\"");
    assertThat(redis.ask("ZADD request-sortedset " + deadline + " \"" + text + "\""))
        .startsWith(":1");
  }

  private static String message(String id, long deadline, String order) {
    return "{'id':'%s','created':1,'deadline':%d,'payload':%s,'metadata':{'tenant':'a'}}"
        .formatted(id, deadline, order);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  @Test
  void aBatchIsDrawnByAllAndGoesOnWhenTheServerThatTookItIsKilled() throws Exception {
    // Given
    redis = RedisServer.start();
    String one = folder.resolve("shared").toString();
    List<Server> three =
        List.of(
            serve("--output-path", one), serve("--output-path", one), serve("--output-path", one));
    String batch = batch(three.getFirst(), 300);

    // When
    Await.until("it is drawn", () -> completed(three.get(1), batch) >= 60);
    assertThat(three).as("all draw").allMatch(server -> metric(server, "claims_total") >= 5);
    three.getFirst().process().destroyForcibly().waitFor();

    // Then
    while (!read(ask(three.get(2), "GET", "/v1/batches/" + batch, "").join())
        .path("status")
        .asText()
        .equals("completed")) {
      long before = completed(three.get(2), batch);
      Await.until(
          "more are drawn",
          () -> completed(three.get(2), batch) > before || completed(three.get(2), batch) == 300);
    }
    JsonNode done = read(ask(three.get(2), "GET", "/v1/batches/" + batch, "").join());
    assertThat(done.at("/request_counts/completed").asInt()).isEqualTo(300);
    String file = done.path("output_file_id").asText();
    List<String> names =
        ask(three.get(1), "GET", "/v1/files/" + file + "/content", "")
            .join()
            .body()
            .lines()
            .peek(line -> assertThat(line).contains("\"b64_json\":\""))
            .map(line -> line.replaceFirst(".*\"custom_id\":\"([^\"]*)\".*", "$1"))
            .toList();
    assertThat(names).hasSize(300).doesNotHaveDuplicates();
    // A line that ended between its server's end and another's taking over stays for --job-max-age.
    Await.until(
        "what is left of them in Redis goes by itself",
        () ->
            redis
                .ask("KEYS *:job:*")
                .lines()
                .map(line -> line.replaceFirst("^[^a-zA-Z]*|\"$", "").strip())
                .filter(key -> key.contains(":job:"))
                .noneMatch(key -> redis.ask("PTTL " + key).contains("-1")));
  }

  private String batch(Server server, int requests) throws Exception {
    String line =
        "{\"custom_id\":\"r-%d\",\"method\":\"POST\",\"url\":\"/v1/images/generations\",\"body\":%s}\n";
    String lines =
        IntStream.range(0, requests)
            .mapToObj(i -> line.formatted(i, order(2)))
            .collect(Collectors.joining());
    String part = "--b\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n%s\r\n";
    var form =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/files"))
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(
                BodyPublishers.ofString(
                    part.formatted("purpose", "", "batch")
                        + part.formatted("file", "; filename=\"a.jsonl\"", lines)
                        + "--b--\r\n"))
            .build();
    String file = read(http.send(form, BodyHandlers.ofString())).path("id").asText();
    String batch =
        "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/images/generations\",\"completion_window\":\"24h\"}"
            .formatted(file);
    return read(ask(server, "POST", "/v1/batches", batch).join()).path("id").asText();
  }

  private long completed(Server server, String batch) {
    return read(ask(server, "GET", "/v1/batches/" + batch, "").join())
        .at("/request_counts/completed")
        .asLong();
  }

  @Test
  void aStoreInRedisWantsOne() throws Exception {
    var command = Program.command("serve", "--port", "0", "--job-store", "redis");
    command.addAll(List.of("--model-path", TINY.toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();

    String said = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).isNotZero();
    assertThat(said).contains("which needs QUARKUS_REDIS_HOSTS, such as redis://host:6379");
  }

  private record Server(Process process, Path log, String url) {}

  private Server serve(String... flags) throws Exception {
    Path log = folder.resolve("log" + servers.size());
    var command = Program.command("serve", "--port", "0", "--no-spinning", "--job-store", "redis");
    command.addAll(List.of("--model-path", TINY.toString(), "--job-lease", LEASE));
    if (!List.of(flags).contains("--output-path")) {
      command.addAll(List.of("--output-path", folder.resolve("kept" + servers.size()).toString()));
    }
    command.addAll(List.of(flags));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(Map.of("QUARKUS_REDIS_HOSTS", redis.url()));
    Process process = builder.start();
    Await.until("it is ready", () -> READY.matcher(text(log)).find() || !process.isAlive());
    Matcher ready = READY.matcher(text(log));
    assertThat(ready.find()).as(text(log)).isTrue();
    servers.add(new Server(process, log, ready.group(1)));
    return servers.getLast();
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String order(int steps) {
    return "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":%d,\"seed\":1}"
        .formatted(steps);
  }

  private String taken(Server server, String order) {
    var answer = ask(server, "POST", "/v1/images/jobs", order).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return read(answer).path("id").asText();
  }

  private JsonNode job(Server server, String id) {
    return read(ask(server, "GET", "/v1/images/jobs/" + id, "").join());
  }

  private CompletableFuture<HttpResponse<String>> watch(Server server, String id) {
    return ask(server, "GET", "/v1/images/jobs/" + id + "/events", "");
  }

  private static List<String> ends(String events) {
    return events
        .lines()
        .filter(line -> line.startsWith("event: "))
        .map(line -> line.substring("event: ".length()))
        .filter(type -> !type.matches("image.job.(queued|in_progress|progress)"))
        .toList();
  }

  private void awaitEnd(Server server, String id, String status) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    JsonNode job = job(server, id);
    while (!job.path("completed_at").isNumber() && System.nanoTime() < end) {
      var asked = request(server, "GET", "/v1/images/jobs/" + id, "").header("Prefer", "wait=30");
      job = read(http.sendAsync(asked.build(), BodyHandlers.ofString()).join());
    }
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo(status);
  }

  private double metric(Server server, String name) {
    String line = "inkstream_jobs_" + name + "{store=\"redis\"} ";
    return ask(server, "GET", "/metrics", "")
        .join()
        .body()
        .lines()
        .filter(found -> found.startsWith(line))
        .mapToDouble(found -> Double.parseDouble(found.substring(line.length())))
        .findFirst()
        .orElseThrow();
  }

  private static HttpRequest.Builder request(
      Server server, String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Content-Type", "application/json")
        .method(
            method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  private CompletableFuture<HttpResponse<String>> ask(
      Server server, String method, String path, String body) {
    return http.sendAsync(request(server, method, path, body).build(), BodyHandlers.ofString());
  }

  private static JsonNode read(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(answer.body(), e);
    }
  }
}
