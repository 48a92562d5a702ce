package io.inkstream.server.api;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.store.PictureStore;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Supplier;

/// Keeps pictures and links to them, for `response_format=url`.
@Singleton
public final class PictureLinks {
  // No format takes more than the pixels do, but for some bytes of its own.
  private static final long BYTES_PER_PIXEL = 4;

  // More only wait for the same disk.
  private static final int THREADS = 4;

  private final PictureStore store;
  private final UriInfo uri;
  private final CurrentVertxRequest request;
  private final WorkerExecutor disk;

  PictureLinks(PictureStore store, UriInfo uri, CurrentVertxRequest request, Vertx vertx) {
    this.store = store;
    this.uri = uri;
    this.request = request;
    this.disk = vertx.createSharedWorkerExecutor("pictures", THREADS);
  }

  /// Where links begin.
  ///
  /// @throws ApiException if this server keeps no pictures
  URI begin(Supplier<URI> base) {
    if (store.limits().bytes() == 0) {
      throw ApiException.badRequest(
          "response_format", "response_format is url, must be b64_json: no pictures are kept here");
    }
    return base.get();
  }

  /// The same for a job, whose pictures are kept in any case.
  ///
  /// @throws ApiException if this server keeps no pictures
  public URI beginOfJob() {
    if (store.limits().bytes() == 0) {
      throw ApiException.badRequest(
          null, "Jobs are not taken here: no pictures are kept (--output-max-size 0)");
    }
    return base();
  }

  /// Checks that the pictures can be kept, before they are drawn. The disk may take its time: a
  /// worker waits for it, and what follows is back on the caller's event loop.
  ///
  /// @return the order; fails with a [io.inkstream.server.store.StoreException] if the disk is full
  ///   or cannot be written
  public Uni<ImageOrder> requireRoom(ImageOrder order) {
    return order.links().isEmpty()
        ? Uni.createFrom().item(order)
        : Uni.createFrom().emitter(emitter -> require(order, emitter));
  }

  /// The same on a thread that may wait.
  public void requireRoomNow(ImageOrder order) {
    if (order.links().isPresent()) {
      store.require(bytes(order));
    }
  }

  private static long bytes(ImageOrder order) {
    GenerationRequest wanted = order.order().drawing();
    long pixels = (long) wanted.canvas().width() * wanted.canvas().height();
    return wanted.images() * pixels * BYTES_PER_PIXEL;
  }

  private void require(ImageOrder order, UniEmitter<? super ImageOrder> emitter) {
    long bytes = bytes(order);
    var _ =
        disk.executeBlocking(() -> required(bytes), false)
            .onSuccess(done -> emitter.complete(order))
            .onFailure(emitter::fail);
  }

  private boolean required(long bytes) {
    store.require(bytes);
    return true;
  }

  /// The link of one of an answer's pictures, in SGLang's form.
  public static String of(URI base, String id, int variant, int variants) {
    String path = "v1/images/" + id + "/content" + (variants == 1 ? "" : "?variant=" + variant);
    return base.resolve(path).toString();
  }

  /// Where links for the current HTTP request begin: the server as the client, or a trusted proxy,
  /// names it.
  public URI base() {
    URI named = uri.getBaseUri();
    return named.getHost() == null ? here(named.getScheme()) : named;
  }

  /// The address that the client has reached, if its request names none: `Host` may be empty, and
  /// HTTP/1.0 has none.
  private URI here(String scheme) {
    SocketAddress address = request.getCurrent().request().localAddress();
    try {
      return new URI(scheme, null, address.hostAddress(), address.port(), "/", null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("an address of ours is none: " + address, e);
    }
  }
}
