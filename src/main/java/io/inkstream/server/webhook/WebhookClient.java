package io.inkstream.server.webhook;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Asks a receiver once. The address that was checked is the one that is connected to, under the
/// destination's own name: no second look-up can lead elsewhere. Redirects are not followed, and of
/// an answer only the status is read, and as much as a polite receiver writes.
final class WebhookClient implements AutoCloseable {
  private static final int LOOK_UPS = 4;
  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_OF_ANSWER = 1 << 16;

  private final Vertx vertx;
  private final WebhookSettings settings;
  private final Resolver resolver;
  private final InstantSource clock;
  private final WorkerExecutor lookUps;
  private final HttpClient http;

  /// Looks a host up.
  interface Resolver {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  WebhookClient(Vertx vertx, WebhookSettings settings, Resolver resolver, InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.resolver = resolver;
    this.clock = clock;
    this.lookUps = vertx.createSharedWorkerExecutor("webhook-names", LOOK_UPS);
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAlive(false)
                .setMaxPoolSize(MOST_CONNECTIONS)
                .setConnectTimeout((int) settings.timeout().toMillis())
                .setForceSni(true)
                .setTracingPolicy(TracingPolicy.IGNORE));
  }

  /// Never fails.
  Future<Attempt> ask(Delivery delivery) {
    Promise<Attempt> answer = Promise.promise();
    var exchange = new Exchange(answer);
    long timer =
        vertx.setTimer(
            settings.timeout().toMillis(),
            late -> exchange.end(new Attempt.Failed("no answer in " + seconds())));
    lookUps
        .executeBlocking(() -> resolver.addresses(delivery.to().host()), false)
        .onSuccess(addresses -> connect(delivery, addresses, exchange))
        .onFailure(e -> exchange.end(new Attempt.Failed("the host's name is not found")));
    return answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private String seconds() {
    return settings.timeout().toSeconds() + " s";
  }

  /// All of a host's addresses must be allowed, lest the choice among them be the attacker's.
  private void connect(Delivery delivery, InetAddress[] addresses, Exchange exchange) {
    var refused =
        Stream.of(addresses).filter(address -> !settings.allowed().allow(address)).findFirst();
    if (refused.isPresent()) {
      exchange.end(
          new Attempt.Forbidden(
              "the host's address %s is not in --webhook-allowed-networks"
                  .formatted(refused.get().getHostAddress())));
      return;
    }
    http.request(options(delivery, addresses[0]))
        .onSuccess(request -> exchange.send(request, Buffer.buffer(delivery.body())))
        .onFailure(e -> exchange.end(failed(e)));
  }

  private RequestOptions options(Delivery delivery, InetAddress address) {
    Destination to = delivery.to();
    long timestamp = clock.instant().getEpochSecond();
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, to.port())))
        .setHost(to.host())
        .setPort(to.port())
        .setSsl(to.isSecure())
        .setURI(to.pathAndQuery())
        .setFollowRedirects(false)
        .putHeader(HttpHeaders.HOST, to.authority())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.USER_AGENT, "Inkstream")
        .putHeader("webhook-id", delivery.eventId())
        .putHeader("webhook-timestamp", String.valueOf(timestamp))
        .putHeader("webhook-signature", signatures(delivery, timestamp));
  }

  /// One of each secret, so that secrets can be exchanged without a gap.
  private String signatures(Delivery delivery, long timestamp) {
    byte[] body = Buffer.buffer(delivery.body()).getBytes();
    return settings.secrets().stream()
        .map(secret -> secret.sign(delivery.eventId(), timestamp, body))
        .collect(Collectors.joining(" "));
  }

  private static Attempt failed(Throwable e) {
    return new Attempt.Failed(String.valueOf(e.getMessage()));
  }

  @Override
  public void close() {
    var _ = http.close();
    var _ = lookUps.close();
  }

  /// One request and its answer; whatever ends it, its connection is left.
  private static final class Exchange {
    private final Promise<Attempt> answer;

    Exchange(Promise<Attempt> answer) {
      this.answer = answer;
    }

    void send(HttpClientRequest request, Buffer body) {
      if (answer.future().isComplete()) {
        request.reset();
        return;
      }
      answer.future().onComplete(ended -> request.reset());
      request.send(body).onSuccess(this::read).onFailure(e -> end(failed(e)));
    }

    /// What a receiver still writes is taken for a while: one whose connection is closed under its
    /// hands may take that for a failure.
    private void read(HttpClientResponse response) {
      Attempt verdict = Attempt.of(response.statusCode());
      long[] taken = {0};
      response.exceptionHandler(e -> end(verdict));
      response.endHandler(end -> end(verdict));
      response.handler(part -> {
        taken[0] += part.length();
        if (taken[0] > MOST_OF_ANSWER) {
          end(verdict);
        }
      });
    }

    void end(Attempt how) {
      answer.tryComplete(how);
    }
  }
}
