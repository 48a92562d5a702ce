package io.inkstream.server.http;

import io.inkstream.server.config.OperationSettings;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;

/// What is HTTP/1 here, and the answer to what is not.
///
/// Quarkus 3.34 gives no access to Vert.x's `invalidRequestHandler`, which answers without a body.
/// Netty's own way to the connections of a server ([Connections]) leads there; with a hook of
/// Quarkus's, that class and [FirstBytes] can go.
@Singleton
final class HttpRules implements HttpServerOptionsCustomizer {
  private final Vertx vertx;
  private final RouteErrors errors;
  private final RequestIds ids;
  private final Supplier<Duration> headTime;
  private HttpServerOptions options = new HttpServerOptions();

  /// @param settings asked for late: there are none yet when a server is made
  @Inject
  HttpRules(Vertx vertx, RouteErrors errors, RequestIds ids, Instance<OperationSettings> settings) {
    this(vertx, errors, ids, () -> settings.get().bodyTimeout());
  }

  HttpRules(Vertx vertx, RouteErrors errors, RequestIds ids, Supplier<Duration> headTime) {
    this.vertx = vertx;
    this.errors = errors;
    this.ids = ids;
    this.headTime = headTime;
  }

  @Override
  public void customizeHttpServer(HttpServerOptions given) {
    options = given;
    Connections.follow(this);
  }

  /// Of the failure of a connection that Vert.x does not know yet.
  void hear(Throwable failure) {
    errors.hear(failure);
  }

  StrictDecoder decoder() {
    return new StrictDecoder(options, headTime.get());
  }

  /// Answers a request that the decoder has refused. Vert.x closes the connection when the answer
  /// ends: not at once, since that would take it away from a client that still sends.
  void refuse(HttpServerRequest request) {
    var response = request.response();
    response.putHeader(RequestIds.HEADER, ids.of(request));
    response.putHeader(HttpHeaders.CONNECTION, "close");
    errors.write(request, refusedStatus(request));
    vertx.setTimer(RequestBody.MILLIS_TO_READ_THE_ANSWER, passed -> response.end());
  }

  private static int refusedStatus(HttpServerRequest request) {
    return switch (request.decoderResult().cause()) {
      case TooLongHttpLineException _ -> 414;
      case TooLongHttpHeaderException _ -> 431;
      case DecoderException e when e == StrictDecoder.SLOW_HEAD -> 408;
      case DecoderException e when e == StrictDecoder.UNKNOWN_VERSION -> 505;
      case null, default -> 400;
    };
  }
}
