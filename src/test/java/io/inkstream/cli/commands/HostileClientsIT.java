package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.inkstream.RawHttp;
import java.io.ByteArrayOutputStream;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  // Frames of HTTP/2 and their flags (RFC 9113, 6).
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  @TempDir private Path folder;
  private final List<RawHttp> connections = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test begins with it
  private PackagedServer server;

  @AfterEach
  void close() throws IOException {
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
    // Given
    server = PackagedServer.startOn("-Xmx128m", folder, "--reader-timeout", "2");
    byte[] order =
        ("{\"prompt\":\"a\",\"size\":\"256x256\",\"n\":10,\"num_inference_steps\":4,"
                + "\"output_compression\":0,\"true_cfg_scale\":1,\"stream\":true}")
            .getBytes(StandardCharsets.US_ASCII);
    RawHttp connection = connect();
    connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    connection.send(frame(SETTINGS, 0, 0, new byte[0]));

    // When: it gets no window beyond the first 64 KB
    connection.send(frame(HEADERS, END_HEADERS, 1, headers("POST", "/v1/images/generations")));
    connection.send(frame(DATA, END_STREAM, 1, order));

    // Then
    assertThat(next(connection, RST_STREAM, 1)).isEqualTo(new byte[] {0, 0, 0, 8}); // CANCEL
    assertThat(server.log()).contains("a reader has taken nothing");
    connection.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/health")));
    assertThat(next(connection, HEADERS, 3)).contains((byte) 0x88); // :status 200
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /// Literals that nobody has to remember (RFC 7541, 6.2.2).
  private static byte[] headers(String method, String path) {
    var fields = new ByteArrayOutputStream();
    Stream.of(
            ":method",
            method,
            ":scheme",
            "http",
            ":path",
            path,
            ":authority",
            "localhost",
            "content-type",
            "application/json")
        .forEach(text -> {
          if (text.startsWith(":") || text.equals("content-type")) {
            fields.write(0);
          }
          fields.write(text.length());
          fields.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        });
    return fields.toByteArray();
  }

  /// The payload of the next frame of a type on a stream.
  private static byte[] next(RawHttp connection, int type, int stream) throws IOException {
    while (true) {
      var head = ByteBuffer.wrap(connection.read(9));
      int lengthAndType = head.getInt();
      head.get();
      byte[] payload = connection.read(lengthAndType >>> 8);
      if ((lengthAndType & 0xFF) == type && head.getInt() == stream) {
        return payload;
      }
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
