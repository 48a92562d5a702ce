package io.inkstream.server.api;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/// One body on its way in. For its request's event loop.
final class RequestBody {
  // A client that still sends can read the answer meanwhile; closing at once would take it away.
  private static final long MILLIS_TO_READ_THE_ANSWER = 500;
  private static final long NO_ERROR = 0;

  private final RoutingContext context;
  private final HttpServerRequest request;
  private final long most;
  private final UniEmitter<? super byte[]> whole;
  private final Buffer taken = Buffer.buffer();
  private long deadline;

  /// @param most bytes
  /// @param whole gets all of it, or an [ApiException]
  RequestBody(RoutingContext context, long most, UniEmitter<? super byte[]> whole) {
    this.context = context;
    this.request = context.request();
    this.most = most;
    this.whole = whole;
  }

  /// @param time for all of it
  void take(Duration time) {
    deadline = context.vertx().setTimer(time.toMillis(), late -> fail(ApiException.bodyTooSlow()));
    request.exceptionHandler(gone -> context.vertx().cancelTimer(deadline));
    request.endHandler(ended -> end());
    request.handler(this::add);
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    request.resume();
  }

  private void add(Buffer part) {
    if (taken.length() + (long) part.length() > most) {
      fail(ApiException.bodyTooLarge());
    } else {
      taken.appendBuffer(part);
    }
  }

  private void end() {
    context.vertx().cancelTimer(deadline);
    whole.complete(taken.getBytes());
  }

  private void fail(ApiException refusal) {
    context.vertx().cancelTimer(deadline);
    request.endHandler(ended -> {});
    refuse(context);
    whole.fail(refusal);
  }

  /// Lets what still comes of a body fall, and ends the connection soon after the answer; of HTTP/2
  /// only its stream.
  static void refuse(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.version() == HttpVersion.HTTP_2) {
      context.addEndHandler(answered -> context.response().reset(NO_ERROR));
    } else {
      context.response().putHeader(HttpHeaders.CONNECTION, "close");
      context.vertx().setTimer(MILLIS_TO_READ_THE_ANSWER, passed -> request.connection().close());
    }
    request.handler(part -> {}).resume();
  }
}
