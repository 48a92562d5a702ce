package io.inkstream.server.deferred;

import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.RequestBody;
import io.inkstream.server.jobs.ShuttingDownException;
import io.netty.handler.codec.DecoderException;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// One form with a file on its way to disk, part by part, no faster than the disk takes it. For its
/// request's event loop, but for [#stop].
final class FileUpload {
  private static final String PART = "file";
  // A client that sends less than that in the time that a body gets has stalled.
  private static final long LEAST = 1 << 16;
  private static final String UNNAMED = "upload";
  private static final String NO_FORM =
      "Content-Type must be multipart/form-data, with the boundary of its parts";

  private final RoutingContext context;
  private final Context eventLoop;
  private final HttpServerRequest request;
  private final AsyncFile file;
  private final long most;
  private final UniEmitter<? super Taken> whole;
  private Runnable left = () -> {};
  private Optional<String> name = Optional.empty();
  private long taken;
  private long takenAtLastLook;
  private long looks;
  // The request itself, and its file.
  private int parts = 1;
  private boolean ended;

  /// What has come.
  ///
  /// @param name of the file; empty: there was none
  record Taken(Optional<String> name, MultiMap fields) {}

  /// @param file gets the contents
  /// @param most bytes of the file
  /// @param whole gets what has come when all of it is in the file, or the reason why not
  FileUpload(RoutingContext context, AsyncFile file, long most, UniEmitter<? super Taken> whole) {
    this.context = context;
    this.eventLoop = context.vertx().getOrCreateContext();
    this.request = context.request();
    this.file = file;
    this.most = most;
    this.whole = whole;
  }

  /// @param pace in which some of it must come
  /// @param left is run when it comes no more, whatever the reason
  void take(Duration pace, Runnable left) {
    this.left = left;
    looks = context.vertx().setPeriodic(pace.toMillis(), look -> look());
    file.exceptionHandler(this::fail);
    request.exceptionHandler(this::broken);
    try {
      request.setExpectMultipart(true);
    } catch (IllegalStateException | DecoderException e) { // Vert.x's, and Netty's
      fail(ApiException.badRequest(null, NO_FORM));
      return;
    }
    request.uploadHandler(this::begin);
    request.endHandler(end -> endOne());
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    request.resume();
  }

  private void look() {
    if (taken - takenAtLastLook < LEAST) {
      fail(ApiException.bodyTooSlow());
    }
    takenAtLastLook = taken;
  }

  private void begin(HttpServerFileUpload part) {
    if (!part.name().equals(PART) || name.isPresent()) {
      fail(
          ApiException.badRequest(
              part.name(), "The form must have one file, in the field " + PART));
      return;
    }
    name = Optional.of(part.filename().isBlank() ? UNNAMED : part.filename());
    parts++;
    part.handler(bytes -> write(part, bytes));
    part.endHandler(end -> endOne());
  }

  private void write(HttpServerFileUpload part, Buffer bytes) {
    taken += bytes.length();
    if (taken > most) {
      fail(ApiException.bodyTooLarge());
    } else if (!ended) {
      file.write(bytes).onFailure(this::fail);
      if (file.writeQueueFull()) {
        part.pause();
        file.drainHandler(drained -> part.resume());
      }
    }
  }

  /// A part that waits for the disk may end after its request.
  private void endOne() {
    parts--;
    if (parts == 0 && begunToEnd()) {
      var came = new Taken(name, request.formAttributes());
      file.close().onSuccess(closed -> whole.complete(came)).onFailure(whole::fail);
    }
  }

  /// The sender is gone, or what he sends is no form. Whoever is gone hears nothing of it.
  private void broken(Throwable why) {
    fail(
        isConnectionLost(why)
            ? ApiException.bodyTooSlow()
            : ApiException.badRequest(null, "The form cannot be read: " + why.getMessage()));
  }

  private static boolean isConnectionLost(Throwable why) {
    return why instanceof HttpClosedException
        || why instanceof StreamResetException
        || why instanceof IOException;
  }

  private void fail(Throwable refusal) {
    if (begunToEnd()) {
      RequestBody.refuse(context);
      close().onComplete(closed -> whole.fail(refusal));
    }
  }

  private Future<Void> close() {
    return file.close();
  }

  private boolean begunToEnd() {
    if (ended) {
      return false;
    }
    ended = true;
    context.vertx().cancelTimer(looks);
    left.run();
    return true;
  }

  /// The server stops.
  void stop() {
    eventLoop.runOnContext(turn -> fail(new ShuttingDownException()));
  }
}
