package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.inkstream.RawHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged server with a small heap, and clients on real sockets that mean it ill.
@DisabledIf("io.inkstream.cli.commands.Program#isNative")
class HostileClientsIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String HEAD =
      "POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\n"
          + "Content-Type: application/json\r\n";
  private static final String ORDER =
      "{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":1}";
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final long LONGEST_SECONDS = 120;

  @TempDir private Path folder;
  private final List<RawHttp> connections = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test begins with it
  private PackagedServer server;

  @AfterEach
  void close() throws IOException {
    System.clearProperty("jdk.httpclient.windowsize");
    for (RawHttp connection : connections) {
      connection.close();
    }
    server.close();
  }

  @Test
  void bodiesWithoutEndLeaveTheHeapFlatAndTheirConnectionsEnd() throws Exception {
    // Given
    server = PackagedServer.startOn("-Xmx64m", folder);
    assertThat(draw()).isEqualTo(200);
    long before = heap();
    String chunk = "10000\r\n" + "a".repeat(0x10000) + "\r\n";

    // When
    var senders =
        IntStream.range(0, 16)
            .mapToObj(i -> Thread.ofVirtual().start(() -> sendUntilClosed(chunk)))
            .toList();
    for (Thread sender : senders) {
      assertThat(sender.join(Duration.ofSeconds(LONGEST_SECONDS))).isTrue();
    }

    // Then
    assertThat(heap()).isLessThan(before + (8 << 20));
    assertThat(draw()).isEqualTo(200);
    assertThat(server.log()).doesNotContain("OutOfMemoryError");
  }

  private void sendUntilClosed(String chunk) {
    try (var connection = new RawHttp(server.url())) {
      connection.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
      while (true) {
        connection.send(chunk);
      }
    } catch (IOException e) {
      // the server has closed it: that is what is awaited
    }
  }

  private long heap() throws Exception {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var pid = String.valueOf(server.process().pid());
    Process process = new ProcessBuilder(jcmd, pid, "GC.class_histogram").start();
    String text = new String(process.getInputStream().readAllBytes());
    var total = TOTAL.matcher(text);
    assertThat(total.find()).as(text).isTrue();
    return Long.parseLong(total.group(1));
  }

  @Test
  void bodiesThatTogetherAreTooMuchForTheHeapGoOneByOneAndOthersAreServed() throws Exception {
    // Given: a sixteenth of 64 MB is 4
    server = PackagedServer.startOn("-Xmx64m", folder, "--max-queued-requests", "1");
    String part = "{\"prompt\":\"" + "a".repeat(50_000);

    // When
    for (int i = 0; i < 200; i++) {
      connect().send(HEAD + "Content-Length: 200000\r\n\r\n" + part);
    }

    // Then
    assertThat(connections.getFirst().readAll())
        .startsWith("HTTP/1.1 503 ")
        .contains("\"code\":\"too_many_bodies\"")
        .containsIgnoringCase("retry-after: ");
    for (String path : List.of("/../health", "/../q/health/live", "/../metrics", "/models")) {
      assertThat(get(path)).isEqualTo(200);
    }
    assertThat(draw()).isEqualTo(200);
  }

  @Test
  void memoryThatDoesNotSufficeOnAnEventLoopEndsTheProcessOrIsSurvivedForGood() throws Exception {
    // Given
    server = PackagedServer.startOn("-Xmx48m", folder);
    String half = "GET /health HTTP/1.1\r\nHost: localhost\r\nx: " + "a".repeat(60_000);

    // When: heads that do not end are kept until they do, and these are twice the heap
    try {
      for (int i = 0; i < 1600; i++) {
        connect().send(half);
      }
    } catch (IOException e) {
      // it has closed connections, or ended
    }

    // Then
    if (server.process().waitFor(20, TimeUnit.SECONDS)) {
      assertThat(server.process().exitValue()).isEqualTo(1);
      assertThat(Files.readString(folder.resolve("err"))).contains("inkstream: ", "ending");
    } else {
      close(connections);
      for (int i = 0; i < 32; i++) { // more than there are event loops
        assertThat(get("/../liveness")).isEqualTo(200);
        assertThat(
                RawHttp.exchange(
                    server.url(), "GET /liveness HTTP/1.1", "Host: localhost", "Connection: close"))
            .startsWith("HTTP/1.1 200 ");
      }
      assertThat(draw()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"stream\":true,\"partial_images\":3", "\"stream\":false"})
  void aReaderThatTakesNothingIsCutOff(String answer) throws Exception {
    // Given
    server = PackagedServer.startOn("-Xmx128m", folder, "--reader-timeout", "2");
    String order =
        "{\"prompt\":\"a\",\"size\":\"256x256\",\"n\":10,\"num_inference_steps\":4,"
            + "\"output_compression\":0,\"true_cfg_scale\":1,%s}".formatted(answer);

    // When
    connect(2048).send(HEAD + "Content-Length: " + order.length() + "\r\n\r\n" + order);

    // Then
    Await.until("it is cut off", () -> server.log().contains("a reader has taken nothing"));
    Await.until("nothing runs", () -> server.gauge("inkstream_queue_running") == 0);
    assertThat(draw()).isEqualTo(200);
  }

  @Test
  void aStreamOfHttp2WhoseReaderTakesNothingIsResetAndOthersOfTheConnectionGoOn() throws Exception {
    // Given: the client would else take 16 MB that nobody asked for
    System.setProperty("jdk.httpclient.windowsize", "16384");
    server = PackagedServer.startOn("-Xmx128m", folder, "--reader-timeout", "2");
    String order =
        "{\"prompt\":\"a\",\"size\":\"256x256\",\"n\":10,\"num_inference_steps\":4,"
            + "\"output_compression\":0,\"true_cfg_scale\":1,\"stream\":true}";
    var http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    try {
      URI health = URI.create(server.url() + "/../health").normalize();
      var upgraded = http2.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding());
      assertThat(upgraded.version()).isEqualTo(HttpClient.Version.HTTP_2);

      // When: nothing is requested of the body
      var answer = http2.send(post(order), BodyHandlers.ofPublisher());
      var broken = new CompletableFuture<Throwable>();
      answer.body().subscribe(new TakesNothing(broken));

      // Then
      Throwable failure = broken.get(LONGEST_SECONDS, TimeUnit.SECONDS);
      assertThat(failure).hasMessageContaining("RST_STREAM");
      assertThat(server.log()).contains("a reader has taken nothing");
      Await.until("nothing runs", () -> server.gauge("inkstream_queue_running") == 0);
      var other = http2.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding());
      assertThat(other.statusCode()).isEqualTo(200);
    } finally {
      http2.shutdownNow(); // close would wait for a stream that is not reset
    }
  }

  private record TakesNothing(CompletableFuture<Throwable> broken)
      implements Flow.Subscriber<List<ByteBuffer>> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {}

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      broken.completeExceptionally(new IllegalStateException("nothing was asked for"));
    }

    @Override
    public void onError(Throwable failure) {
      broken.complete(failure);
    }

    @Override
    public void onComplete() {
      broken.completeExceptionally(new IllegalStateException("it ended"));
    }
  }

  @Test
  void aHalfSentBodyDoesNotProlongTheStop() throws Exception {
    server = PackagedServer.start(folder, "--request-body-timeout", "3600");
    connect().send(HEAD + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
    assertThat(new String(connections.getFirst().read(25), StandardCharsets.US_ASCII))
        .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    connections.getFirst().send("{\"prompt\":\"");

    server.process().destroy();

    assertThat(connections.getFirst().readAll())
        .startsWith("HTTP/1.1 503 ")
        .contains("\"code\":\"shutting_down\"");
    assertThat(server.process().waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(server.process().exitValue()).isZero();
  }

  private RawHttp connect() throws IOException {
    return connect(1 << 16);
  }

  private RawHttp connect(int receiveBuffer) throws IOException {
    var connection = new RawHttp(server.url(), receiveBuffer);
    connections.add(connection);
    return connection;
  }

  private static void close(List<RawHttp> connections) throws IOException {
    for (RawHttp connection : connections) {
      connection.close();
    }
  }

  private int draw() throws Exception {
    return HTTP.send(post(ORDER), BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest post(String order) {
    return HttpRequest.newBuilder(URI.create(server.url() + "/images/generations"))
        .timeout(Duration.ofSeconds(LONGEST_SECONDS))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(order))
        .build();
  }

  private int get(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + path).normalize())
            .timeout(Duration.ofSeconds(LONGEST_SECONDS))
            .build();
    HttpResponse<Void> answer = HTTP.send(request, BodyHandlers.discarding());
    return answer.statusCode();
  }
}
