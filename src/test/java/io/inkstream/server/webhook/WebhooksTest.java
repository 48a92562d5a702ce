package io.inkstream.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.inkstream.Await;
import io.inkstream.server.outbound.AllowedNetworks;
import io.inkstream.server.outbound.CheckedClient;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.outbound.Receiver;
import io.inkstream.server.record.Owner;
import io.inkstream.server.record.RecordFolder;
import io.inkstream.server.store.StoreFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deliveries to real sockets.
class WebhooksTest {
  private static final WebhookSecret SECRET = WebhookSecret.parse("a secret of some length");
  private static final CheckedClient.Resolver LOOPBACK =
      host -> new InetAddress[] {InetAddress.getLoopbackAddress()};

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<DeliveryEvent> heard = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Duration timeout = Duration.ofSeconds(20);

  @AfterEach
  void close() throws Exception {
    for (var one : opened.reversed()) {
      one.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void anEventIsDeliveredWithItsSignatureUnderTheNameOfItsDestination() throws IOException {
    // Given
    var receiver = opened(Receiver.answering(number -> "200 OK"));
    var event = event();

    // When
    webhooks("loopback", LOOPBACK).send(event, List.of(to(receiver, "hooks.example.org", "/a?b")));

    // Then
    Await.until("it is delivered", () -> heard.size() == 1);
    assertThat(heard.getFirst()).isInstanceOf(DeliveryEvent.Delivered.class);
    var request = receiver.requests().getFirst();
    assertThat(request.line()).isEqualTo("POST /a?b HTTP/1.1");
    assertThat(request.headers())
        .containsEntry("host", "hooks.example.org:" + receiver.port())
        .containsEntry("content-type", "application/json")
        .containsEntry("webhook-id", event.id())
        .doesNotContainKey("traceparent");
    long timestamp = Long.parseLong(request.headers().get("webhook-timestamp"));
    assertThat(request.headers().get("webhook-signature"))
        .isEqualTo(
            SECRET.sign(event.id(), timestamp, request.body().getBytes(StandardCharsets.UTF_8)));
    assertThat(request.body())
        .contains("\"object\":\"event\"", "\"type\":\"test.happened\"", "\"id\":\"ä\"");
  }

  @Test
  void whatFailsIsTriedAgainWithTheSameIdUntilItIsTaken() throws IOException {
    var receiver =
        opened(Receiver.answering(number -> number < 3 ? "503 Service Unavailable" : "204 No"));

    webhooks("loopback", LOOPBACK).send(event(), List.of(to(receiver)));

    Await.until("it is delivered", () -> heard.size() == 3);
    assertThat(heard)
        .extracting(Object::getClass)
        .containsExactly(
            DeliveryEvent.TriedInVain.class,
            DeliveryEvent.TriedInVain.class,
            DeliveryEvent.Delivered.class);
    assertThat(receiver.requests())
        .extracting(request -> request.headers().get("webhook-id"))
        .hasSize(3)
        .containsOnly(receiver.requests().getFirst().headers().get("webhook-id"));
  }

  @Test
  void aDeliveryIsGivenUpAfterItsAttempts() throws IOException {
    var receiver = opened(Receiver.answering(number -> "500 No"));
    var webhooks = webhooks("loopback", LOOPBACK);

    webhooks.send(event(), List.of(to(receiver)));

    Await.until("it is given up", () -> heard.contains(new DeliveryEvent.GivenUp()));
    assertThat(receiver.requests()).hasSize(4);
    Await.until("it is forgotten", () -> webhooks.waiting() == 0);
    Await.until("nothing is written down any more", () -> records().ids().isEmpty());
  }

  @Test
  void aReceiverThatIsGoneForGoodIsAskedOnce() throws IOException {
    var receiver = opened(Receiver.answering(number -> "410 Gone"));

    webhooks("loopback", LOOPBACK).send(event(), List.of(to(receiver)));

    Await.until("it is given up", () -> heard.contains(new DeliveryEvent.GivenUp()));
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    var target = opened(Receiver.answering(number -> "200 OK"));
    var receiver =
        opened(
            Receiver.answering(
                number -> "307 There\r\nLocation: http://127.0.0.1:%d/".formatted(target.port())));

    webhooks("loopback", LOOPBACK).send(event(), List.of(to(receiver)));

    Await.until("it is given up", () -> heard.contains(new DeliveryEvent.GivenUp()));
    assertThat(target.requests()).isEmpty();
  }

  @Test
  void anAddressThatIsNotAllowedIsNotConnectedTo() throws IOException {
    var receiver = opened(Receiver.answering(number -> "200 OK"));

    webhooks("external", LOOPBACK).send(event(), List.of(to(receiver)));

    Await.until("it is given up", () -> heard.contains(new DeliveryEvent.GivenUp()));
    assertThat(heard).hasSize(1);
    assertThat(receiver.requests()).isEmpty();
  }

  @Test
  void oneAddressThatIsNotAllowedAmongOthersIsEnough() throws IOException {
    var receiver = opened(Receiver.answering(number -> "200 OK"));
    CheckedClient.Resolver two =
        host ->
            new InetAddress[] {
              InetAddress.getLoopbackAddress(), InetAddress.getByName("169.254.169.254")
            };

    webhooks("loopback", two).send(event(), List.of(to(receiver)));

    Await.until("it is given up", () -> heard.contains(new DeliveryEvent.GivenUp()));
    assertThat(receiver.requests()).isEmpty();
  }

  /// DNS rebinding: the name leads elsewhere when it is looked up a second time. It never is.
  @Test
  void theAddressThatWasCheckedIsTheOneThatIsConnectedTo() throws IOException {
    var receiver = opened(Receiver.answering(number -> "200 OK"));
    var lookUps = new AtomicInteger();
    CheckedClient.Resolver rebinding =
        host ->
            new InetAddress[] {
              lookUps.incrementAndGet() == 1
                  ? InetAddress.getLoopbackAddress()
                  : InetAddress.getByName("169.254.169.254")
            };

    webhooks("loopback", rebinding).send(event(), List.of(to(receiver)));

    Await.until("it is delivered", () -> !receiver.requests().isEmpty());
    assertThat(lookUps).hasValue(1);
  }

  @Test
  void aReceiverThatHangsOrDripsIsCutOffAndHoldsNobodyElseUp() throws Exception {
    // Given
    timeout = Duration.ofSeconds(1);
    var never = new CountDownLatch(1);
    var hanging = opened(new Receiver((request, number, connection) -> never.await()));
    var dripping =
        opened(
            new Receiver((request, number, connection) -> {
              while (true) {
                connection.getOutputStream().write('H');
                Thread.sleep(50);
              }
            }));
    var good = opened(Receiver.answering(number -> "200 OK"));
    var webhooks = webhooks("loopback", LOOPBACK);

    // When
    for (int i = 0; i < 20; i++) {
      webhooks.send(event(), List.of(to(hanging), to(dripping)));
    }
    webhooks.send(event(), List.of(to(good)));

    // Then
    Await.until("the good one has it", () -> good.requests().size() == 1);
    assertThat(hanging.requests()).hasSizeLessThanOrEqualTo(4);
    Await.until(
        "the others are cut off",
        () -> heard.stream().filter(DeliveryEvent.TriedInVain.class::isInstance).count() > 7);
    never.countDown();
  }

  @Test
  void anAnswerWithoutEndIsReadUpToABoundAndItsStatusCounts() throws IOException {
    var receiver =
        opened(
            new Receiver((request, number, connection) -> {
              var out = connection.getOutputStream();
              out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              while (true) {
                out.write(new byte[1 << 12]);
              }
            }));

    webhooks("loopback", LOOPBACK).send(event(), List.of(to(receiver)));

    Await.until("it is delivered", () -> heard.size() == 1);
    assertThat(heard.getFirst()).isInstanceOf(DeliveryEvent.Delivered.class);
  }

  @Test
  void aHostThatIsNotFoundIsLookedUpAgain() throws IOException {
    var receiver = opened(Receiver.answering(number -> "200 OK"));
    var lookUps = new AtomicInteger();
    CheckedClient.Resolver late =
        host -> {
          if (lookUps.incrementAndGet() == 1) {
            throw new UnknownHostException(host);
          }
          return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };

    webhooks("loopback", late).send(event(), List.of(to(receiver)));

    Await.until("it is delivered", () -> !receiver.requests().isEmpty());
  }

  @Test
  void whatAProcessHasLeftIsDeliveredByAnother() throws IOException {
    // Given
    var receiver =
        opened(Receiver.answering(number -> number == 1 ? "503 Service Unavailable" : "200 OK"));
    var owner = new Owner(folder);
    var first =
        new Webhooks(
            vertx,
            settings("loopback"),
            records(owner),
            heard::add,
            InstantSource.system(),
            LOOPBACK,
            Duration.ofHours(1));
    first.send(event(), List.of(to(receiver)));
    Await.until("it was tried", () -> heard.size() == 1);
    var second = webhooks("loopback", LOOPBACK);
    second.takeOver();
    assertThat(second.waiting()).as("the first lives").isZero();

    // When
    first.close();
    owner.close();
    second.takeOver();

    // Then
    Await.until("it is delivered", () -> heard.size() == 2);
    assertThat(receiver.requests())
        .extracting(request -> request.headers().get("webhook-id"))
        .hasSize(2)
        .containsOnly(receiver.requests().getFirst().headers().get("webhook-id"));
  }

  private Webhooks webhooks(String allowed, CheckedClient.Resolver resolver) {
    var owner = opened(new Owner(folder));
    return opened(
        new Webhooks(
            vertx,
            settings(allowed),
            records(owner),
            heard::add,
            InstantSource.system(),
            resolver,
            Duration.ofMillis(20)));
  }

  private WebhookSettings settings(String allowed) {
    return new WebhookSettings(
        List.of(SECRET),
        AllowedNetworks.parse(allowed),
        List.of(),
        timeout,
        3,
        Duration.ofHours(1));
  }

  private RecordFolder records() {
    return records(new Owner(folder));
  }

  private RecordFolder records(Owner owner) {
    return new RecordFolder(new StoreFolder(folder.resolve("webhooks"), false), owner);
  }

  private static Destination to(Receiver receiver) {
    return to(receiver, "receiver.example", "/");
  }

  private static Destination to(Receiver receiver, String host, String path) {
    return Destination.parse("http://%s:%d%s".formatted(host, receiver.port(), path));
  }

  private static WebhookEvent event() {
    return WebhookEvent.of("test.happened", JsonNodeFactory.instance.objectNode().put("id", "ä"));
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.add(one);
    return one;
  }
}
