package io.inkstream.server.inputs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.files.FileLimits;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.order.InputReference;
import io.inkstream.server.outbound.AllowedNetworks;
import io.inkstream.server.outbound.CheckedClient;
import io.inkstream.server.outbound.Receiver;
import io.inkstream.server.record.Owner;
import io.inkstream.server.record.RecordFolder;
import io.inkstream.server.store.StoreFolder;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures from real sockets, through everything that looks at them.
class PictureFetcherTest {
  private static final byte[] PICTURE = read(Path.of("src/test/resources/pictures/rgb.png"));
  private static final int MOST = 1 << 20;
  private static final CheckedClient.Resolver LOOPBACK =
      host -> new InetAddress[] {InetAddress.getLoopbackAddress()};

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var one : opened.reversed()) {
      one.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aPictureIsFetchedUnderTheNameOfItsHost() throws IOException {
    var host =
        opened(
            new Receiver((request, number, connection) ->
                connection.getOutputStream().write(answer(PICTURE))));
    var intake = intake(Optional.of("loopback"), LOOPBACK);

    var kept = take(intake, at(host, "pictures.example.org", "/a.png?b"));

    assertThat(intake.store().path(kept.id())).hasBinaryContent(PICTURE);
    assertThat(host.requests().getFirst().line()).isEqualTo("GET /a.png?b HTTP/1.1");
    assertThat(host.requests().getFirst().headers())
        .containsEntry("host", "pictures.example.org:" + host.port())
        .doesNotContainKeys("authorization", "cookie", "traceparent");
  }

  @Test
  void aDataUrlIsNotFetched() {
    var intake = intake(Optional.empty(), LOOPBACK);

    var kept = take(intake, "DATA:;base64," + Base64.getEncoder().encodeToString(PICTURE));

    assertThat(intake.store().path(kept.id())).hasBinaryContent(PICTURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data:image/png,aaaa", "data:image/png;base64,%%%", "data:"})
  void aDataUrlWithoutBase64IsRefused(String url) {
    assertRefused(intake(Optional.empty(), LOOPBACK), url, "a data URL w");
  }

  @Test
  void withoutTheSettingNobodyIsAsked() throws IOException {
    var host = opened(Receiver.answering(number -> "200 OK"));

    assertRefused(
        intake(Optional.empty(), LOOPBACK),
        at(host, "127.0.0.1", "/"),
        "pictures are not fetched by this server (--input-allowed-networks)");
    assertThat(host.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"})
  void anAddressOfOurOwnIsNotConnectedTo(String address) throws IOException {
    var host = opened(Receiver.answering(number -> "200 OK"));

    assertThatThrownBy(() -> take(system("external"), at(host, address, "/")))
        .isInstanceOf(InvalidRequestException.class);

    assertThat(host.requests()).isEmpty();
  }

  @Test
  void aNameThatLeadsInsideIsRefusedWithItsAddress() throws IOException {
    var host = opened(Receiver.answering(number -> "200 OK"));

    assertRefused(
        intake(Optional.of("external"), LOOPBACK),
        at(host, "pictures.example.org", "/"),
        "the host's address 127.0.0.1 is not in --input-allowed-networks");
    assertThat(host.requests()).isEmpty();
  }

  @Test
  void aRedirectIsFollowedIfItsTargetMayBeAsked() throws IOException {
    var target =
        opened(
            new Receiver((request, number, connection) ->
                connection.getOutputStream().write(answer(PICTURE))));
    var host = opened(redirecting("http://other.example.org:%d/b".formatted(target.port())));

    take(intake(Optional.of("loopback"), LOOPBACK), at(host, "pictures.example.org", "/a"));

    assertThat(target.requests()).hasSize(1);
  }

  @Test
  void aRedirectInsideIsRefused() throws IOException {
    var inside = opened(Receiver.answering(number -> "200 OK"));
    var host = opened(redirecting("http://inside.example.org:%d/".formatted(inside.port())));
    CheckedClient.Resolver names =
        name ->
            new InetAddress[] {
              name.equals("inside.example.org")
                  ? InetAddress.getByName("127.0.0.2")
                  : InetAddress.getLoopbackAddress()
            };

    assertRefused(
        intake(Optional.of("127.0.0.1/32"), names),
        at(host, "pictures.example.org", "/"),
        "the host's address 127.0.0.2 is not in --input-allowed-networks");
    assertThat(inside.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://a.example.org/", "http://u:p@h/", "::"})
  void aRedirectToNoAddressIsRefused(String location) throws IOException {
    var host = opened(redirecting(location));

    assertRefused(
        intake(Optional.of("*"), LOOPBACK),
        at(host, "pictures.example.org", "/"),
        "must be an http or https URL");
  }

  @Test
  void redirectsInACircleEnd() throws IOException {
    var host = opened(redirecting("/again"));

    assertRefused(
        intake(Optional.of("loopback"), LOOPBACK),
        at(host, "pictures.example.org", "/"),
        "more than 3 redirects");
    assertThat(host.requests()).hasSize(4);
  }

  /// DNS rebinding: the name leads elsewhere when it is looked up a second time.
  @Test
  void aRedirectToTheSameNameIsLookedUpAndCheckedAnew() throws IOException {
    var host = opened(redirecting("/again"));
    var lookUps = new AtomicInteger();
    CheckedClient.Resolver rebinding =
        name ->
            new InetAddress[] {
              lookUps.incrementAndGet() == 1
                  ? InetAddress.getLoopbackAddress()
                  : InetAddress.getByName("169.254.169.254")
            };

    assertRefused(
        intake(Optional.of("loopback"), rebinding),
        at(host, "pictures.example.org", "/"),
        "the host's address 169.254.169.254 is not in --input-allowed-networks");
    assertThat(host.requests()).hasSize(1);
  }

  @Test
  void aHostThatIsNotFoundIsSaid() {
    CheckedClient.Resolver none =
        host -> {
          throw new UnknownHostException(host);
        };

    assertRefused(
        intake(Optional.of("*"), none), "http://a.example.org/", "the host's name is not found");
  }

  @Test
  void aHostThatRefusesConnectionsIsSaid() throws IOException {
    String url;
    try (var gone = Receiver.answering(number -> "200 OK")) {
      url = at(gone, "127.0.0.1", "/");
    }

    assertRefused(intake(Optional.of("*"), LOOPBACK), url, "Connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "500 No", "204 No Content", "304 Not Modified"})
  void anotherStatusIsSaid(String status) throws IOException {
    var host = opened(Receiver.answering(number -> status));

    assertRefused(
        intake(Optional.of("loopback"), LOOPBACK),
        at(host, "127.0.0.1", "/"),
        "its host answers " + status.substring(0, 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void moreThanAPictureMayHaveIsCutOff(boolean declared) throws IOException {
    var gone = new CountDownLatch(1);
    var host =
        opened(
            new Receiver((request, number, connection) -> {
              var out = connection.getOutputStream();
              String length = declared ? "Content-Length: 2147483648\r\n" : "";
              out.write("HTTP/1.1 200 OK\r\n%s\r\n".formatted(length).getBytes(ISO_8859_1));
              try {
                while (true) {
                  out.write(new byte[1 << 14]);
                }
              } finally {
                gone.countDown();
              }
            }));

    assertRefused(
        intake(Optional.of("loopback"), LOOPBACK),
        at(host, "127.0.0.1", "/"),
        "has more than %d bytes".formatted(MOST));
    Await.until("its host is left", () -> gone.getCount() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"})
  void aHostThatDripsIsCutOff(String begin) throws IOException {
    var gone = new CountDownLatch(1);
    var host =
        opened(
            new Receiver((request, number, connection) -> {
              var out = connection.getOutputStream();
              out.write(begin.getBytes(ISO_8859_1));
              try {
                while (true) {
                  out.write('H');
                  Thread.sleep(50);
                }
              } finally {
                gone.countDown();
              }
            }));

    assertRefused(
        intake(Optional.of("loopback"), LOOPBACK, Duration.ofSeconds(1)),
        at(host, "127.0.0.1", "/"),
        "not all of it in 1 s");
    Await.until("its host is left", () -> gone.getCount() == 0);
  }

  @Test
  void whatBreaksOffIsRefused() throws IOException {
    var host =
        opened(
            new Receiver((request, number, connection) ->
                connection.getOutputStream().write(answer(PICTURE), 0, 100)));

    assertRefused(
        intake(Optional.of("loopback"), LOOPBACK), at(host, "127.0.0.1", "/"), "cannot be fetched");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>log in</html>", "", "GIF89a", "%PDF-1.7"})
  void whatIsNoPictureIsRefused(String contents) throws IOException {
    var host =
        opened(
            new Receiver((request, number, connection) ->
                connection.getOutputStream().write(answer(contents.getBytes(ISO_8859_1)))));

    assertRefused(
        intake(Optional.of("loopback"), LOOPBACK), at(host, "127.0.0.1", "/"), "PNG, JPEG or WebP");
  }

  private void assertRefused(InputIntake intake, String url, String why) {
    assertThatThrownBy(() -> take(intake, url))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("image")
        .hasMessageContaining(why);
    assertThat(intake.store().list()).isEmpty();
    assertThat(files()).as("half-written").isEmpty();
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(folder.resolve("inputs"))) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputReference take(InputIntake intake, String url) {
    return intake
        .take(List.of(new InputSource.Linked(url)), "image")
        .await()
        .atMost(Duration.ofMinutes(2))
        .getFirst();
  }

  private InputIntake system(String allowed) {
    return intake(Optional.of(allowed), CheckedClient.Resolver.SYSTEM);
  }

  private InputIntake intake(Optional<String> allowed, CheckedClient.Resolver resolver) {
    return intake(allowed, resolver, Duration.ofMinutes(1));
  }

  private InputIntake intake(
      Optional<String> allowed, CheckedClient.Resolver resolver, Duration time) {
    var limits = new InputLimits(MOST, DecoderLimits.DEFAULT, 1);
    var store = new InputStore(files("inputs"), files("files"), limits);
    var fetcher =
        new PictureFetcher(
            vertx, allowed.map(AllowedNetworks::parse), resolver, time, limits.fileBytes());
    return opened(new InputIntake(vertx, store, fetcher));
  }

  private FileStore files(String name) {
    var owner = opened(new Owner(folder));
    var records = new RecordFolder(new StoreFolder(folder.resolve(name), false), owner);
    var limits = new FileLimits(MOST, 10L * MOST, Duration.ofDays(1));
    return new FileStore(records, limits, InstantSource.system());
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.add(one);
    return one;
  }

  private static Receiver redirecting(String location) throws IOException {
    return Receiver.answering(number -> "302 There\r\nLocation: " + location);
  }

  private static byte[] answer(byte[] contents) throws IOException {
    var answer = new ByteArrayOutputStream();
    answer.write(
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
            .formatted(contents.length)
            .getBytes(ISO_8859_1));
    answer.write(contents);
    return answer.toByteArray();
  }

  private static String at(Receiver host, String name, String path) {
    return "http://%s:%d%s".formatted(name, host.port(), path);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
