package io.inkstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.RawHttp;
import io.inkstream.server.refusal.LastResort;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A server of Vert.x on a real socket, under the rules.
class HttpRulesTest {
  private static final String POST = "POST /v1/images/generations HTTP/1.1";
  private static final String JSON = "Content-Type: application/json";
  private static final String HOST = "Host: localhost";

  private static final Duration HEAD_TIME = Duration.ofSeconds(2);
  private static final Vertx VERTX = Vertx.vertx();
  private static String url;

  @BeforeAll
  static void listen() {
    url =
        serve(
            request -> request.body().onSuccess(body -> request.response().end("taken: " + body)));
  }

  /// @return its URL
  private static String serve(Handler<HttpServerRequest> handler) {
    var options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
    var errors = new RouteErrors(new ObjectMapper(), LastResort.ofProcess());
    new HttpRules(VERTX, errors, new RequestIds(), () -> HEAD_TIME).customizeHttpServer(options);
    HttpServer server = VERTX.createHttpServer(options).requestHandler(handler);
    server.listen().toCompletionStage().toCompletableFuture().join();
    return "http://127.0.0.1:" + server.actualPort();
  }

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  static Stream<Arguments> refusedRequests() {
    return Stream.of(
        Arguments.of("400", lines("GET /health HTTP/1.1")),
        Arguments.of("400", lines("GET /health HTTP/1.1", "Host: a", "Host: b")),
        Arguments.of("400", lines("GET /health HTTP/1.1", "Host: localhost", " folded")),
        Arguments.of("400", lines("GET /health HTTP/1.1", "Host: user@localhost")),
        Arguments.of("400", lines("GET /health HTTP/1.1", "Host : localhost")),
        Arguments.of("400", lines("GET /health HTTP/1.1", HOST, "x: a\0b")),
        Arguments.of("400", lines("GET /health")),
        Arguments.of("400", lines("\u0016\u0003\u0001\u0002\u0000no HTTP")),
        Arguments.of("400", lines("GET /v1/models/%zz HTTP/1.1", HOST)),
        Arguments.of("400", lines("GET /v1/models/\u001b[31m HTTP/1.1", HOST)),
        Arguments.of("505", lines("GET /health HTTP/9.9", HOST)),
        Arguments.of("414", lines("GET /" + "a".repeat(100_000) + " HTTP/1.1", HOST)),
        Arguments.of("414", lines("GET /" + "a".repeat(1_000_000) + " HTTP/1.1", HOST)),
        Arguments.of("431", lines("GET /health HTTP/1.1", HOST, "x: " + "a".repeat(1_000_000))),
        Arguments.of("400", lines(POST, HOST, JSON, "Content-Length: 1", "Content-Length: 2")),
        Arguments.of("400", lines(POST, HOST, JSON, "Content-Length: -1")),
        Arguments.of(
            "400", lines(POST, HOST, JSON, "Content-Length: 5", "Transfer-Encoding: chunked")),
        Arguments.of(
            "400",
            lines(
                "POST /v1/images/generations HTTP/1.0",
                JSON,
                "Content-Length: 5",
                "Transfer-Encoding: chunked")),
        Arguments.of("400", lines(POST, HOST, JSON, "Transfer-Encoding: xchunked")),
        Arguments.of("400", lines(POST, HOST, JSON, "Transfer-Encoding: chunked, identity")),
        Arguments.of(
            "400",
            lines(
                "GET /health HTTP/1.1",
                "Host: a",
                "Host: b",
                "Upgrade: h2c",
                "Connection: Upgrade, HTTP2-Settings",
                "HTTP2-Settings: AAMAAABkAAQAAP__")));
  }

  private static String[] lines(String... lines) {
    return lines;
  }

  @ParameterizedTest
  @MethodSource("refusedRequests")
  void whatIsNoHttpIsRefusedWithAnErrorAndTheConnectionEnds(String status, String[] request)
      throws IOException {
    String answer = RawHttp.exchange(url, request);

    assertThat(answer).matches("(?s)HTTP/\\S+ " + status + " .*");
    assertThat(answer)
        .containsIgnoringCase("connection: close")
        .contains("x-request-id: ")
        .contains(
            "\"type\":\"invalid_request_error\"", "\"message\":\"", "\"param\":", "\"code\":");
    assertThat(answer.split("HTTP/1")).hasSize(2); // one answer, whatever came behind
  }

  @Test
  void aRequestSmuggledBehindTwoLengthsIsNotServed() throws IOException {
    String answer =
        RawHttp.exchange(
            url,
            POST,
            HOST,
            JSON,
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            "",
            "0",
            "",
            "GET /liveness HTTP/1.1",
            HOST);

    assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("200 OK");
  }

  @Test
  void answersBeforeARefusalComeFirst() throws IOException {
    String answer =
        RawHttp.exchange(url, "GET /liveness HTTP/1.1", HOST, "", "GET /liveness HTTP/1.1");

    assertThat(answer).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void whatIsHttpIsTaken(HttpClient.Version version) throws Exception {
    try (var client = HttpClient.newBuilder().version(version).build()) {
      // The client asks for HTTP/2 by an upgrade, and may lose its way in a long answer to that,
      // whoever serves it.
      for (int length : new int[] {1, 100_000, 100_000}) {
        String body = "x".repeat(length);
        var request =
            HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(body)).build();
        var answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.body()).isEqualTo("taken: " + body);
      }
    }
  }

  @Test
  void requestsThatComeByteByByteAreTaken() throws IOException {
    try (var connection = new RawHttp(url)) {
      String request =
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab";
      for (String one : request.split("")) {
        connection.send(one);
      }
      assertThat(connection.readAll()).startsWith("HTTP/1.1 200 ").endsWith("taken: ab");
    }
  }

  @Test
  void aHeadThatDoesNotEndIsRefusedInTimeHoweverItTrickles() throws IOException {
    try (var silent = new RawHttp(url);
        var trickling = new RawHttp(url);
        var later = new RawHttp(url)) {
      silent.send("GET /health HTTP/1.1\r\nHost: x\r\nx: a");
      later.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HT");
      Thread.ofVirtual().start(() -> trickle(trickling));

      for (RawHttp connection : List.of(silent, trickling)) {
        assertThat(connection.readAll())
            .startsWith("HTTP/1.1 408 ")
            .contains("connection: close", "\"type\":\"invalid_request_error\"");
      }
      assertThat(later.readAll()).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 408 ");
    }
  }

  private static void trickle(RawHttp connection) {
    try {
      connection.send("GET /health HTTP/1.1\r\nHost: x\r\nx: ");
      while (true) {
        connection.send("a");
        LockSupport.parkNanos(50_000_000);
      }
    } catch (IOException e) {
      // the server has closed it: that is what is awaited
    }
  }

  @Test
  void aBodyHasTimeOfItsOwn() throws IOException {
    try (var connection = new RawHttp(url)) {
      connection.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\na");
      VERTX.setTimer(
          2 * HEAD_TIME.toMillis(), passed -> Thread.ofVirtual().start(() -> end(connection)));
      assertThat(connection.readAll()).startsWith("HTTP/1.1 200 ").endsWith("taken: ab");
    }
  }

  private static void end(RawHttp connection) {
    try {
      connection.send("b");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void http2FromItsFirstByteIsTakenAndMayComeInParts() throws IOException {
    try (var connection = new RawHttp(url)) {
      for (String part : new String[] {"P", "RI * HTT", "P/2.0\r\n\r\nSM\r\n\r\n"}) {
        connection.send(part);
      }
      connection.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // our settings: none
      byte[] answer = connection.read(9);
      assertThat(answer[3]).isEqualTo((byte) 4); // its own
    }
  }

  @Test
  void anAnswersEndIsToldWhenAWriteIsTheFirstToFail() throws Exception {
    // Given
    var asked = new CountDownLatch(1);
    var gone = new CountDownLatch(1);
    var told = new CompletableFuture<Void>();
    var server =
        URI.create(
            serve(request -> {
              var response = request.response().setChunked(true).closeHandler(told::complete);
              asked.countDown();
              await(gone); // on the event loop, which has not heard of it yet
              response.write("a").onFailure(failure -> response.reset());
            }));

    // When
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      await(asked);
      socket.setSoLinger(true, 0);
    }
    gone.countDown();

    // Then
    assertThat(told).succeedsWithin(Duration.ofSeconds(10));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aConnectionThatEndsAfterAByteLeavesNothing() throws IOException {
    try (var connection = new RawHttp(url)) {
      connection.send("P");
    }
    assertThat(RawHttp.exchange(url, "GET / HTTP/1.1", HOST, "Connection: close"))
        .startsWith("HTTP/1.1 200 ");
  }
}
