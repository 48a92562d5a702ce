package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.RawHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is hardly HTTP, on a real socket against the packaged server: refused as OpenAI refuses,
/// and no reason for the log to cry.
class HostileHttpIT {
  private static final String POST = "POST /v1/images/generations HTTP/1.1";
  private static final String JSON = "Content-Type: application/json";
  private static final String HOST = "Host: localhost";
  private static final String CLOSE = "Connection: close";

  @TempDir private static Path folder;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws IOException {
    server = PackagedServer.start(folder, "--cors-origins", "https://studio.example");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theLogIsQuiet() throws IOException {
    assertThat(Files.readString(folder.resolve("err"))).isEmpty();
    assertThat(server.log()).doesNotContain("ERROR", "WARN", "Exception");
  }

  static Stream<Arguments> refusedRequests() {
    return Stream.of(
        Arguments.of("400", lines("GET /health HTTP/1.1")),
        Arguments.of("400", lines("GET /health HTTP/1.1", "Host: localhost", " folded")),
        Arguments.of("414", lines("GET /" + "a".repeat(100_000) + " HTTP/1.1", HOST)),
        Arguments.of("431", lines("GET /health HTTP/1.1", HOST, "x: " + "a".repeat(1_000_000))),
        Arguments.of(
            "400", lines(POST, HOST, JSON, "Content-Length: 5", "Transfer-Encoding: chunked")));
  }

  private static String[] lines(String... lines) {
    return lines;
  }

  @ParameterizedTest
  @MethodSource("refusedRequests")
  void whatIsNoHttpIsRefusedWithAnErrorAndTheConnectionEnds(String status, String[] request)
      throws IOException {
    assertThat(RawHttp.exchange(server.url(), request))
        .matches("(?s)HTTP/\\S+ " + status + " .*")
        .containsIgnoringCase("connection: close")
        .contains("x-request-id: ", "\"type\":\"invalid_request_error\"");
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1,Host:", "HTTP/1.0,x: y"})
  void linksOfARequestWithoutAHostLeadToTheAddressThatItReached(String version, String header)
      throws Exception {
    String order =
        "{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":1,\"response_format\":\"url\"}";
    String answer =
        RawHttp.exchange(
            server.url(),
            "POST /v1/images/generations " + version,
            header,
            JSON,
            CLOSE,
            "Content-Length: " + order.length(),
            "",
            order);

    String root = server.url().replace("/v1", "");
    assertThat(answer).contains("\"url\":\"" + root + "/v1/images/img-");
    String link = answer.replaceAll("(?s).*\"url\":\"([^\"]+)\".*", "$1");
    var request = HttpRequest.newBuilder(URI.create(link)).build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aPageOfAnotherNameThatLeadsHereIsRefused() throws IOException {
    String rebound =
        RawHttp.exchange(
            server.url(),
            "GET /v1/models HTTP/1.1",
            "Host: evil.example:30000",
            "Origin: http://evil.example:30000",
            "X-Forwarded-Host: localhost",
            CLOSE);

    assertThat(rebound)
        .startsWith("HTTP/1.1 403 ")
        .contains("host_not_allowed", "evil.example", "allowed-hosts");
  }

  @ParameterizedTest
  @CsvSource({"https://studio.example,200", "https://evil.example,403", ",200"})
  void answersThatDependOnTheOriginSaySo(String origin, String status) throws IOException {
    String header = origin == null ? "x: y" : "Origin: " + origin;

    String answer = RawHttp.exchange(server.url(), "GET /v1/models HTTP/1.1", HOST, header, CLOSE);

    assertThat(answer).startsWith("HTTP/1.1 " + status).containsOnlyOnce("vary: origin");
  }
}
