package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.inkstream.engine.hub.FakeHub;
import io.inkstream.server.refusal.Exit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged program and a Hub on loopback, with an empty cache.
class HubIT {
  private static final String NAME = "Qwen/Qwen-Test";
  private static final String WEIGHTS = "vae/diffusion_pytorch_model.safetensors";
  private static final long LONGEST_SECONDS = 120;
  private static final String ORDER =
      "{\"prompt\":\"x\",\"size\":\"32x32\",\"num_inference_steps\":1}";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private final FakeHub hub = new FakeHub(NAME);
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Process> started = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aModelOnTheHub() throws IOException {
    hub.withFolder(Path.of("src/test/resources/goldens/tiny"));
    environment.put("HF_ENDPOINT", hub.endpoint());
    environment.put("HF_HOME", folder.resolve("home").toString());
    environment.put("HF_TOKEN", "");
  }

  @AfterEach
  void end() throws IOException {
    end.countDown();
    started.forEach(Process::destroyForcibly);
    hub.close();
  }

  @Test
  void aServerFetchesItsModelAndSaysHowFarItIs() throws Exception {
    // Given weights that do not come
    hub.failing(WEIGHTS, FakeHub.silent(end));
    String url = "http://127.0.0.1:" + freePort();
    var server =
        start("serve", "--model-path", NAME, "--port", url.substring(url.lastIndexOf(':') + 1));

    // Then
    Await.until("weights are asked for", () -> hub.fetched().contains(WEIGHTS));
    Await.until("the others are there", () -> health(url).contains("\"files\":15"));
    assertThat(get(url + "/health").statusCode()).isEqualTo(503);
    assertThat(health(url))
        .contains("\"status\":\"downloading\"", "\"model\":\"" + NAME + "\"", "\"all_files\":16");
    assertThat(get(url + "/q/health/ready").body()).contains("15 of 16 files");
    assertThat(get(url + "/liveness").statusCode()).isEqualTo(200);
    assertThat(post(url).statusCode()).isEqualTo(503);
    assertThat(post(url).body()).contains("the model is being downloaded");

    // When they do
    end.countDown();
    Await.until("ready", () -> health(url).equals("{\"status\":\"ok\"}"));
    assertThat(post(url).statusCode()).isEqualTo(200);
    server.destroy();
    assertThat(exit(server)).isZero();
  }

  @Test
  void aServerThatIsStoppedWhileItFetchesEndsInOrderAndTheNextGoesOn() throws Exception {
    hub.failing(WEIGHTS, FakeHub.silent(end));
    var first = start("serve", "--model-path", NAME, "--port", "0");
    Await.until("weights are asked for", () -> hub.fetched().contains(WEIGHTS));
    first.destroy();
    assertThat(exit(first)).as(said()).isZero();
    end.countDown();
    hub.asked.clear();

    var next = start("generate", "--model-path", NAME, "--prompt", "x", "--size", "32x32");
    assertThat(exit(next)).as(said()).isZero();
    assertThat(hub.fetched()).contains(WEIGHTS).doesNotContain("vae/config.json");
  }

  @Test
  void aPullThatIsKilledIsResumedWhereItWas() throws Exception {
    hub.failing(
        WEIGHTS,
        (_, file, out) -> {
          FakeHub.head(out, "200 OK", "Content-Length: " + file.length);
          out.write(file, 0, 50_000);
          out.flush();
          awaitEnd();
        });
    var first = start("pull", NAME);
    Path blobs = folder.resolve("home/hub/models--Qwen--Qwen-Test/blobs");
    Path incomplete = blobs.resolve(weightsChecksum() + ".incomplete");
    Await.until("some of it is there", () -> size(incomplete) == 50_000);
    first.destroyForcibly();
    exit(first);
    end.countDown();
    hub.asked.clear();

    assertThat(exit(start("pull", NAME))).as(said()).isZero();
    assertThat(hub.asked)
        .filteredOn(asked -> asked.host().equals("blobs") && asked.path().endsWith(WEIGHTS))
        .extracting(FakeHub.Asked::start)
        .containsExactly(50_000);
    Path snapshot = blobs.resolveSibling("snapshots").resolve(FakeHub.COMMIT);
    assertThat(Files.readString(folder.resolve("out"))).isEqualTo(snapshot + "\n");
    assertThat(snapshot.resolve(WEIGHTS)).isSymbolicLink();
  }

  @Test
  void whatMayGoWellAnotherTimeHasAnExitCodeOfItsOwn() throws Exception {
    hub.failing("", FakeHub.saying("429 Too Many Requests", "Retry-After: 3600"));
    assertThat(exit(start("pull", NAME))).isEqualTo(Exit.HUB.code());
    assertThat(said()).contains("answers 429, and wants to be asked again after 3600 s");
    environment.put("HF_TOKEN", "no token");
    assertThat(exit(start("pull", NAME))).isEqualTo(Exit.CONFIGURATION.code());
    environment.put("HF_TOKEN", "");
    assertThat(exit(start("pull", "Qwen/Other"))).isEqualTo(Exit.MODEL.code());
    assertThat(said()).contains("Qwen/Other is not at " + hub.endpoint());
    assertThat(exit(start("serve", "--model-path", "Qwen/Other", "--port", "0")))
        .isEqualTo(Exit.MODEL.code());
    assertThat(said()).contains("Qwen/Other is not at " + hub.endpoint());
  }

  @Test
  void anAdapterOfTheHubIsFetchedToo() throws Exception {
    environment.put("HF_HUB_OFFLINE", "1");
    var offline = start("serve", "--lora-path", NAME + "/x.safetensors", "--port", "0");
    assertThat(exit(offline)).isEqualTo(Exit.MODEL.code());
    assertThat(said()).contains("fetch it with: inkstream pull " + NAME + " x.safetensors");
    environment.remove("HF_HUB_OFFLINE");
    hub.with("x.safetensors", new byte[] {1, 2, 3});
    var server = start("serve", "--lora-path", NAME + "/x.safetensors", "--port", "0");
    assertThat(exit(server)).isEqualTo(Exit.MODEL.code());
    assertThat(said()).contains("x.safetensors").doesNotContain("fetch it with");
    assertThat(hub.fetched()).containsExactly("x.safetensors");
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String weightsChecksum() throws IOException {
    Path weights = Path.of("src/test/resources/goldens/tiny").resolve(WEIGHTS);
    return FakeHub.hex("SHA-256", Files.readAllBytes(weights));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // not yet
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String health(String url) {
    try {
      return get(url + "/health").body();
    } catch (IOException e) {
      return ""; // it does not listen yet
    }
  }

  private static HttpResponse<String> get(String url) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(url)).build());
  }

  private static HttpResponse<String> post(String url) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(url + "/v1/images/generations"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(ORDER))
            .build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private Process start(String... words) throws IOException {
    var builder =
        new ProcessBuilder(Program.command(words))
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    started.add(process);
    return process;
  }

  /// What the last process has printed.
  private String said() throws IOException {
    return Files.readString(folder.resolve("err")) + Files.readString(folder.resolve("out"));
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }
}
