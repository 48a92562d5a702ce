package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Batches on the packaged server.
class BatchIT {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "batch-it";
  private static final int REQUESTS = 1000;
  private static final String LINE =
      "{\"custom_id\":\"r-%d\",\"method\":\"POST\",\"url\":\"/v1/images/generations\","
          + "\"body\":{\"prompt\":\"a\",\"size\":\"16x16\",\"num_inference_steps\":1}}\n";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aThousandRequestsGoOnAfterKillsWithNoneLostAndNoneTwice() throws Exception {
    // Given
    PackagedServer server = start();
    String batch = create(server, send(server));

    // When
    for (int drawn : new int[] {100, 400, 700}) {
      PackagedServer killed = server;
      Await.until(drawn + " are drawn", () -> completed(killed, batch) >= drawn);
      server.process().destroyForcibly().waitFor();
      server = start();
    }

    // Then
    PackagedServer last = server;
    while (!status(last, batch).equals("completed")) {
      long before = completed(last, batch);
      Await.until(
          "more are drawn",
          () -> completed(last, batch) > before || status(last, batch).equals("completed"));
    }
    JsonNode done = get(last, "/v1/batches/" + batch);
    assertThat(done.at("/request_counts").toString())
        .isEqualTo("{\"total\":1000,\"completed\":1000,\"failed\":0}");
    List<String> names =
        last.get("/v1/files/%s/content".formatted(done.get("output_file_id").asText()))
            .body()
            .lines()
            .map(line -> read(line).get("custom_id").asText())
            .toList();
    Set<String> all =
        IntStream.range(0, REQUESTS).mapToObj(i -> "r-" + i).collect(Collectors.toSet());
    assertThat(names).hasSize(REQUESTS);
    assertThat(new HashSet<>(names)).isEqualTo(all);
    last.close();
  }

  @Test
  void whoWaitsIsDrawnBeforeABatchAndAStopLeavesItForTheNextProcess() throws Exception {
    // Given
    PackagedServer server = start();
    String batch = create(server, send(server));
    Await.until("it is drawn", () -> completed(server, batch) > 10);

    // When
    long before = completed(server, batch);
    for (int i = 0; i < 5; i++) {
      assertThat(
              server
                  .post(
                      "/v1/images/generations",
                      "{\"prompt\":\"a\",\"size\":\"16x16\",\"num_inference_steps\":1}")
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(completed(server, batch)).as("all but what ran").isLessThan(before + 200);
    server.process().destroy();
    assertThat(server.process().waitFor(60, TimeUnit.SECONDS)).isTrue();

    // Then
    assertThat(server.process().exitValue()).isZero();
    try (PackagedServer next = start()) {
      long drawn = completed(next, batch);
      Await.until("it goes on", () -> completed(next, batch) > drawn);
      assertThat(next.post("/v1/batches/%s/cancel".formatted(batch), "").statusCode())
          .isEqualTo(200);
      Await.until("it has ended", () -> status(next, batch).equals("cancelled"));
    }
  }

  private PackagedServer start() throws IOException {
    return PackagedServer.start(
        folder,
        "--model-path",
        TINY.toString(),
        "--output-path",
        folder.resolve("kept").toString());
  }

  private String send(PackagedServer server) throws Exception {
    String lines =
        IntStream.range(0, REQUESTS).mapToObj(LINE::formatted).collect(Collectors.joining());
    String form =
        "--%1$s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                .formatted(BOUNDARY)
            + "--%1$s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n"
                .formatted(BOUNDARY)
            + lines
            + "\r\n--%s--\r\n".formatted(BOUNDARY);
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/files"))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(BodyPublishers.ofString(form))
            .build();
    return read(http.send(request, BodyHandlers.ofString()).body()).get("id").asText();
  }

  private static String create(PackagedServer server, String file) {
    return read(server
            .post(
                "/v1/batches",
                "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/images/generations\",\"completion_window\":\"24h\"}"
                    .formatted(file))
            .body())
        .get("id")
        .asText();
  }

  private static long completed(PackagedServer server, String batch) {
    return get(server, "/v1/batches/" + batch).at("/request_counts/completed").asLong();
  }

  private static String status(PackagedServer server, String batch) {
    return get(server, "/v1/batches/" + batch).get("status").asText();
  }

  private static JsonNode get(PackagedServer server, String path) {
    return read(server.get(path).body());
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }
}
