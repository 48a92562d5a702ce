package io.inkstream.server.webhook;

import io.inkstream.server.outbound.CheckedClient;
import io.inkstream.server.outbound.ForbiddenAddressException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.stream.Collectors;

/// Asks a receiver once. Of an answer only the status is read, and as much as a polite receiver
/// writes.
final class WebhookClient implements AutoCloseable {
  private static final String SETTING = "webhook-allowed-networks";
  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_OF_ANSWER = 1 << 16;

  private final Vertx vertx;
  private final WebhookSettings settings;
  private final InstantSource clock;
  private final CheckedClient http;

  WebhookClient(
      Vertx vertx, WebhookSettings settings, CheckedClient.Resolver resolver, InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.clock = clock;
    this.http =
        new CheckedClient(
            vertx,
            new CheckedClient.Networks(settings.allowed(), SETTING),
            resolver,
            settings.timeout(),
            MOST_CONNECTIONS);
  }

  /// Never fails.
  Future<Attempt> ask(Delivery delivery) {
    Promise<Attempt> answer = Promise.promise();
    var exchange = new Exchange(answer);
    long timer =
        vertx.setTimer(
            settings.timeout().toMillis(),
            late -> exchange.end(new Attempt.Failed("no answer in " + seconds())));
    http.request(HttpMethod.POST, delivery.to(), answer.future())
        .onSuccess(request -> exchange.send(signed(request, delivery), delivery.body()))
        .onFailure(exchange::fail);
    return answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private String seconds() {
    return settings.timeout().toSeconds() + " s";
  }

  private HttpClientRequest signed(HttpClientRequest request, Delivery delivery) {
    long timestamp = clock.instant().getEpochSecond();
    return request
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
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

  @Override
  public void close() {
    http.close();
  }

  /// One request and its answer.
  private record Exchange(Promise<Attempt> answer) {
    void send(HttpClientRequest request, String body) {
      request.send(Buffer.buffer(body)).onSuccess(this::read).onFailure(this::fail);
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

    void fail(Throwable e) {
      String why = String.valueOf(e.getMessage());
      end(
          e instanceof ForbiddenAddressException
              ? new Attempt.Forbidden(why)
              : new Attempt.Failed(why));
    }

    void end(Attempt how) {
      answer.tryComplete(how);
    }
  }
}
