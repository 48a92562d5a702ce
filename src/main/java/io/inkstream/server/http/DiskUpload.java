package io.inkstream.server.http;

import io.inkstream.server.jobs.ShuttingDownException;
import io.netty.handler.codec.DecoderException;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One body on its way to disk, part by part, no faster than the disk takes it: each file of a form
/// into a file of its own, or all of a body into one. For its request's event loop, but for
/// [#stop].
public final class DiskUpload {
  // A client that sends less than that in the time that a body gets has stalled.
  private static final long LEAST = 1 << 16;
  private static final String NO_FORM =
      "Content-Type must be multipart/form-data, with the boundary of its parts";

  private final RoutingContext context;
  private final Context eventLoop;
  private final HttpServerRequest request;
  private final Shelf shelf;
  private final UniEmitter<? super Taken> whole;
  private final List<Future<AsyncFile>> files = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private Runnable left = () -> {};
  private long taken;
  private long takenAtLastLook;
  private long looks;
  // The request itself, and its files.
  private int coming = 1;
  private boolean ended;

  /// Where files go.
  public interface Shelf {
    /// @param field of the form; empty: the body itself
    /// @param before how many files came before it
    /// @return a file that is not there yet
    /// @throws RuntimeException if it is not taken
    Path place(String field, int before);

    /// Bytes that one of that field may have.
    long most(String field);
  }

  /// A file that has come.
  ///
  /// @param field of the form; empty: the body itself
  /// @param filename as its sender calls it; may be empty
  public record Part(String field, String filename, Path file) {}

  /// What has come.
  public record Taken(List<Part> parts, MultiMap fields) {}

  /// @param whole gets what has come when all of it is on the disk, or the reason why not; then
  ///   some of the files may be there, or half, and no more come
  DiskUpload(RoutingContext context, Shelf shelf, UniEmitter<? super Taken> whole) {
    this.context = context;
    this.eventLoop = context.vertx().getOrCreateContext();
    this.request = context.request();
    this.shelf = shelf;
    this.whole = whole;
  }

  /// @param form whether the body is a form
  /// @param pace in which some of it must come
  /// @param left is run when it comes no more, whatever the reason
  void take(boolean form, Duration pace, Runnable left) {
    this.left = left;
    looks = context.vertx().setPeriodic(pace.toMillis(), look -> look());
    request.exceptionHandler(this::broken);
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    if (!form) {
      store(request, "", "");
    } else if (expectForm()) {
      request.uploadHandler(part -> store(part, part.name(), part.filename()));
      request.endHandler(end -> endOne());
      request.resume();
    }
  }

  private boolean expectForm() {
    try {
      request.setExpectMultipart(true);
      return true;
    } catch (IllegalStateException | DecoderException e) { // Vert.x's, and Netty's
      fail(ApiException.badRequest(null, NO_FORM));
      return false;
    }
  }

  private void look() {
    if (taken - takenAtLastLook < LEAST) {
      fail(ApiException.bodyTooSlow());
    }
    takenAtLastLook = taken;
  }

  private void store(ReadStream<Buffer> from, String field, String filename) {
    Path place;
    if (ended) {
      return;
    }
    try {
      place = shelf.place(field, parts.size());
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    from.pause();
    coming += from instanceof HttpServerFileUpload ? 1 : 0;
    parts.add(new Part(field, filename, place));
    var options = new OpenOptions().setRead(false).setCreateNew(true).setPerms("rw-------");
    Future<AsyncFile> opened = context.vertx().fileSystem().open(place.toString(), options);
    files.add(opened);
    opened.onSuccess(file -> pour(from, file, field)).onFailure(this::fail);
  }

  private void pour(ReadStream<Buffer> from, AsyncFile file, String field) {
    if (ended) {
      return;
    }
    long most = shelf.most(field);
    file.exceptionHandler(this::fail);
    long[] bytes = {0};
    from.handler(buffer -> {
      bytes[0] += buffer.length();
      taken += buffer.length();
      if (bytes[0] > most) {
        fail(ApiException.tooLarge(field.isEmpty() ? ApiException.BODY : field, most));
      } else {
        write(from, file, buffer);
      }
    });
    from.endHandler(end -> endOne(file));
    from.resume();
  }

  private void write(ReadStream<Buffer> from, AsyncFile file, Buffer buffer) {
    if (!ended) {
      file.write(buffer).onFailure(this::fail);
      if (file.writeQueueFull()) {
        from.pause();
        file.drainHandler(drained -> from.resume());
      }
    }
  }

  private void endOne(AsyncFile file) {
    if (!ended) {
      file.close().onSuccess(closed -> endOne()).onFailure(this::fail);
    }
  }

  /// A part that waits for the disk may end after its request.
  private void endOne() {
    coming--;
    if (coming == 0 && begunToEnd()) {
      whole.complete(new Taken(List.copyOf(parts), request.formAttributes()));
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
      Future.join(files.stream().map(DiskUpload::left).toList())
          .onComplete(left -> whole.fail(refusal));
    }
  }

  /// It may not be there, or be closed already: whoever placed it deletes it.
  private static Future<Void> left(Future<AsyncFile> file) {
    return file.compose(AsyncFile::close).otherwiseEmpty();
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
