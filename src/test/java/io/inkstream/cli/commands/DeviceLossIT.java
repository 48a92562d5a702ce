package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Await;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of the packaged server when its last device is lost. (A native executable refuses
/// devices: CliIT.)
@DisabledIf("io.inkstream.cli.commands.Program#isNative")
class DeviceLossIT {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny").toAbsolutePath();
  private static final String JOBS = "/v1/images/jobs";
  private static final String PICTURES = "/v1/images/generations";
  private static final String LONG = order(10_000).replace("64x64", "512x512");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_SECONDS = 60;

  @TempDir private Path folder;
  private final List<PackagedServer> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(PackagedServer::close);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aServerThatIsToEndLeavesItsJobsToTheNextProcess(int replicas) throws Exception {
    String[] flags = {"--on-device-loss", "exit", "--dp-size", String.valueOf(replicas)};
    try (var devices = new TakenDevices()) {
      // Given
      var server = serve(devices.javaOptions(), flags);
      var drawn = Stream.generate(() -> draw(server, LONG)).limit(replicas).toList();
      Await.until("all draw", () -> server.gauge("inkstream_queue_running") == replicas);
      String waiting = id(server.post(JOBS, order(1)));

      // When
      assertThat(devices.take()).isEqualTo(replicas);

      // Then
      for (var answer : drawn) {
        assertThat(answer.join().statusCode()).isEqualTo(503);
        assertThat(answer.join().body()).contains("\"code\":\"device_lost\"");
      }
      assertThat(exit(server)).isEqualTo(1);
      Await.until("its log is read", () -> server.log().contains("on-device-loss is exit"));
      var next = serve("", flags);
      Await.until("it is drawn", () -> job(next, waiting).contains("\"completed\""));
    }
  }

  @Test
  void otherwiseItRefusesUntilItIsStopped() throws Exception {
    try (var devices = new TakenDevices()) {
      var server = serve(devices.javaOptions());
      assertThat(devices.take()).isOne();

      assertThat(server.post(PICTURES, order(1)).statusCode()).isEqualTo(503);

      assertThat(server.get("/health").body()).contains("device_lost");
      assertThat(server.get("/liveness").statusCode()).isEqualTo(503);
      assertThat(server.post(PICTURES, order(1)).body()).contains("\"code\":\"device_lost\"");
      server.process().destroy();
      assertThat(exit(server)).isZero();
    }
  }

  private PackagedServer serve(String javaOptions, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of("--model-path", TINY.toString()));
    all.addAll(List.of("--device", "emulated"));
    all.addAll(List.of("--output-path", folder.resolve("kept").toString()));
    all.addAll(List.of(flags));
    started.add(PackagedServer.startOn(javaOptions, folder, all.toArray(String[]::new)));
    return started.getLast();
  }

  private static CompletableFuture<HttpResponse<String>> draw(PackagedServer server, String order) {
    return CompletableFuture.supplyAsync(
        () -> server.post(PICTURES, order), work -> Thread.ofVirtual().start(work));
  }

  private static String order(int steps) {
    return "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":%d}"
        .formatted(steps);
  }

  private static String id(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).path("id").asText();
  }

  private static String job(PackagedServer server, String id) {
    return server.get(JOBS + "/" + id).body();
  }

  private int exit(PackagedServer server) throws Exception {
    assertThat(server.process().waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
        .as("ends in time: " + server.log() + Files.readString(folder.resolve("err")))
        .isTrue();
    return server.process().exitValue();
  }
}
