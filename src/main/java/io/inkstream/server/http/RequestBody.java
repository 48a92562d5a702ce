package io.inkstream.server.http;

import io.inkstream.server.jobs.ShuttingDownException;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/// One body on its way in. For its request's event loop, but for [#evict] and [#stop].
public final class RequestBody implements HeapShare.Holder {
  // A client that still sends can read the answer meanwhile; closing at once would take it away.
  static final long MILLIS_TO_READ_THE_ANSWER = 500;
  private static final long NO_ERROR = 0;

  private final RoutingContext context;
  private final Context eventLoop;
  private final HttpServerRequest request;
  private final long most;
  private final HeapShare heap;
  private final UniEmitter<? super byte[]> whole;
  private Buffer taken = Buffer.buffer();
  private long deadline;
  private Runnable left = () -> {};
  private boolean ended;

  /// @param most bytes
  /// @param heap that all bodies share, until their requests are answered
  /// @param whole gets all of it, or the reason why not; nothing if the sender is gone
  RequestBody(RoutingContext context, long most, HeapShare heap, UniEmitter<? super byte[]> whole) {
    this.context = context;
    this.eventLoop = context.vertx().getOrCreateContext();
    this.request = context.request();
    this.most = most;
    this.heap = heap;
    this.whole = whole;
  }

  /// @param time for all of it
  /// @param left is run when it comes no more, whatever the reason
  void take(Duration time, Runnable left) {
    this.left = left;
    deadline = context.vertx().setTimer(time.toMillis(), late -> fail(ApiException.bodyTooSlow()));
    context.addEndHandler(answered -> heap.release(this));
    request.exceptionHandler(this::gone);
    request.endHandler(end -> end());
    request.handler(this::add);
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    request.resume();
  }

  private void add(Buffer part) {
    if (taken.length() + (long) part.length() > most) {
      fail(ApiException.bodyTooLarge(most));
    } else if (!heap.take(this, part.length())) {
      fail(ApiException.tooManyBodies());
    } else {
      taken.appendBuffer(part);
    }
  }

  private void end() {
    if (begunToEnd()) {
      heap.keep(this);
      byte[] bytes = taken.getBytes();
      taken = Buffer.buffer();
      whole.complete(bytes);
    }
  }

  private void gone(Throwable why) {
    if (begunToEnd()) {
      heap.release(this); // and nobody is there to be answered
    }
  }

  private void fail(Throwable refusal) {
    if (begunToEnd()) {
      taken = Buffer.buffer();
      heap.release(this);
      refuse(context);
      whole.fail(refusal);
    }
  }

  private boolean begunToEnd() {
    if (ended) {
      return false;
    }
    ended = true;
    context.vertx().cancelTimer(deadline);
    left.run();
    return true;
  }

  @Override
  public void evict() {
    eventLoop.runOnContext(turn -> fail(ApiException.tooManyBodies()));
  }

  /// The server stops.
  void stop() {
    eventLoop.runOnContext(turn -> fail(new ShuttingDownException()));
  }

  /// Lets what still comes of a body fall, and ends the connection soon after the answer; of HTTP/2
  /// only its stream.
  public static void refuse(RoutingContext context) {
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
