package io.inkstream.server.http;

import io.inkstream.server.config.ServerSettings;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Cuts off readers that take nothing of their answer any more: what waits for them keeps memory
/// from others.
@Singleton
public final class Readers {
  private static final Logger LOG = Logger.getLogger(Readers.class);
  private static final int LOOKS = 4;
  private static final long HTTP_2_CANCEL = 8;

  private final Vertx vertx;
  private final CurrentVertxRequest requests;
  private final Duration patience;

  Readers(Vertx vertx, CurrentVertxRequest requests, ServerSettings settings) {
    this.vertx = vertx;
    this.requests = requests;
    this.patience = settings.readerTimeout();
  }

  /// The current request, for [#watch] on whatever thread.
  public HttpServerRequest request() {
    return requests.getCurrent().request();
  }

  /// Watches the reader of a request's answer.
  ///
  /// @return ends that
  public Runnable watch(HttpServerRequest request, StreamOutbox outbox) {
    long timer =
        vertx.setPeriodic(
            patience.toMillis() / LOOKS,
            look -> {
              if (outbox.isStalledFor(patience)) {
                cutOff(request);
              }
            });
    return () -> vertx.cancelTimer(timer);
  }

  private void cutOff(HttpServerRequest request) {
    LOG.infof("a reader has taken nothing for %d s: cut off", patience.toSeconds());
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(HTTP_2_CANCEL);
    } else if (request.connection() instanceof ConnectionBase connection) {
      // Vert.x's own close waits until all is written, which this reader prevents.
      connection.channelHandlerContext().close();
    }
  }
}
