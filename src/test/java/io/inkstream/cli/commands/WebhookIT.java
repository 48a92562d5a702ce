package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.inkstream.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Webhooks of the packaged server: certificates, receivers that hang, a server that dies.
class WebhookIT {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny").toAbsolutePath();
  private static final Path KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<HttpServer> receivers = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void stop() {
    over.countDown();
    receivers.forEach(receiver -> receiver.stop(0));
  }

  @Test
  void aCertificateOfAnOwnAuthorityIsTakenForItsOwnNameOnly() throws Exception {
    // Given
    certificates();
    int right = secure("localhost");
    int wrong = secure("other.example");
    int stranger = secure("stranger");
    Path trusted = folder.resolve("trusted.p12");
    String trusting =
        "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
            .formatted(trusted, PASSWORD);

    // When
    try (var server = PackagedServer.startOn(trusting, folder, flags("--webhook-retries", "0"))) {
      String delivered = job(server, "https://localhost:" + right + "/right");
      job(server, "https://localhost:" + wrong + "/wrong");
      job(server, "https://localhost:" + stranger + "/stranger");

      // Then
      Await.until("the others are given up", () -> attempts(server, "given_up") == 2);
      Await.until("it is told", () -> told.size() == 1);
      assertThat(told.getFirst()).startsWith("/right ").contains(delivered);
      Await.until("it is counted", () -> attempts(server, "delivered") == 1);
      assertThat(server.log()).contains("localhost:" + wrong).contains("localhost:" + stranger);
    }
  }

  @Test
  void aReceiverThatHangsHoldsUpNeitherOthersNorTheDrawing() throws Exception {
    int hanging = open("hanging");
    int quick = open("quick");
    try (var server = PackagedServer.start(folder, flags("--webhook-timeout", "2"))) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        job(server, "http://localhost:" + hanging + "/hanging");
        ids.add(job(server, "http://localhost:" + quick + "/quick"));
      }

      Await.until("all others are told", () -> told("/quick") == ids.size());
      // A receiver has been told before the server has read its answer.
      Await.until("all are counted", () -> attempts(server, "delivered") == ids.size());
      Await.until("it is cut off", () -> attempts(server, "failed") >= 1);
      assertThat(server.get("/v1/images/jobs?status=completed&limit=100").body())
          .contains(ids.getLast());
    }
  }

  @Test
  void whatAKilledServerHasNotDeliveredTheNextOneDoes() throws Exception {
    int port;
    String id;
    try (var server = PackagedServer.start(folder, flags())) {
      int hanging = open("hanging");
      id = job(server, "http://localhost:" + hanging + "/hanging");
      port = hanging;
      Await.until("it is asked", () -> told("/hanging") == 1);
      server.process().destroyForcibly().waitFor();
    }
    receivers.removeLast().stop(0);

    open("quick", port);
    try (var _ = PackagedServer.start(folder, flags())) {
      Await.until(
          "it is told again",
          () ->
              told.stream()
                  .anyMatch(event -> event.startsWith("/hanging quick") && event.contains(id)));
    }
  }

  private String[] flags(String... more) {
    List<String> flags =
        new ArrayList<>(List.of("--model-path", TINY.toString(), "--webhook-secret", SECRET));
    flags.addAll(List.of("--webhook-allowed-networks", "loopback"));
    flags.addAll(List.of("--output-path", folder.resolve("kept").toString()));
    flags.addAll(List.of(more));
    return flags.toArray(String[]::new);
  }

  private static String job(PackagedServer server, String webhook) throws IOException {
    var answer =
        server.post(
            "/v1/images/jobs",
            "{\"prompt\":\"a\",\"size\":\"16x16\",\"num_inference_steps\":1,\"webhook\":\"%s\"}"
                .formatted(webhook));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return new ObjectMapper().readTree(answer.body()).path("id").asText();
  }

  private static double attempts(PackagedServer server, String result) {
    String line = "inkstream_webhook_attempts_total{result=\"" + result + "\"} ";
    return server
        .get("/metrics")
        .body()
        .lines()
        .filter(found -> found.startsWith(line))
        .mapToDouble(found -> Double.parseDouble(found.substring(line.length())))
        .sum();
  }

  private long told(String path) {
    return told.stream().filter(event -> event.startsWith(path + " ")).count();
  }

  private int open(String manner) throws IOException {
    return open(manner, 0);
  }

  private int open(String manner, int port) throws IOException {
    return begin(HttpServer.create(address(port), 0), manner);
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private int begin(HttpServer receiver, String manner) {
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          told.add(exchange.getRequestURI() + " " + manner + " " + body);
          if (manner.equals("hanging")) {
            awaitTheEnd();
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    receivers.add(receiver);
    return receiver.getAddress().getPort();
  }

  private void awaitTheEnd() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int secure(String alias) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(folder.resolve(alias + ".p12"))) {
      keys.load(file, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer receiver = HttpsServer.create(address(0), 0);
    receiver.setHttpsConfigurator(new HttpsConfigurator(tls));
    return begin(receiver, "secure");
  }

  /// An authority, and certificates of it for two names; one for `localhost` that is its own
  /// authority.
  private void certificates() throws Exception {
    keytool("-genkeypair -alias ca -dname CN=ours -ext bc:c -keystore ca.p12");
    keytool("-exportcert -alias ca -file ca.crt -keystore ca.p12");
    keytool("-importcert -noprompt -alias ca -file ca.crt -keystore trusted.p12");
    for (String name : List.of("localhost", "other.example")) {
      String store = " -keystore " + name + ".p12";
      keytool("-genkeypair -alias key -dname CN=" + name + store);
      keytool("-certreq -alias key -file key.csr" + store);
      keytool(
          "-gencert -alias ca -ext SAN=dns:%s -infile key.csr -outfile key.crt -keystore ca.p12"
              .formatted(name));
      keytool("-importcert -noprompt -alias ca -file ca.crt" + store);
      keytool("-importcert -alias key -file key.crt" + store);
    }
    keytool(
        "-genkeypair -alias key -dname CN=localhost -ext SAN=dns:localhost -keystore stranger.p12");
  }

  private void keytool(String words) throws Exception {
    List<String> command = new ArrayList<>(List.of(KEYTOOL.toString()));
    command.addAll(List.of(words.split(" ")));
    command.addAll(List.of("-storepass", PASSWORD));
    if (words.startsWith("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    }
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(words + ": " + said).isZero();
  }
}
