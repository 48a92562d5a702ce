package io.inkstream.server.api;

import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.server.store.PictureStore;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;

/// Keeps pictures and links to them, for `response_format=url`.
@Singleton
final class PictureLinks {
  private static final URI HERE = URI.create("/");
  // No format takes more than the pixels do, but for some bytes of its own.
  private static final long BYTES_PER_PIXEL = 4;

  private final PictureStore store;
  private final UriInfo request;

  PictureLinks(PictureStore store, UriInfo request) {
    this.store = store;
    this.request = request;
  }

  /// Where links for the current HTTP request begin: the server as the client, or a trusted proxy,
  /// names it. Checks that the pictures can be kept, before they are drawn.
  ///
  /// @throws ApiException if this server keeps none
  /// @throws io.inkstream.server.store.StoreException if its disk is full or cannot be written
  URI begin(GenerationRequest wanted) {
    if (store.limits().bytes() == 0) {
      throw ApiException.badRequest(
          "response_format", "response_format is url, must be b64_json: no pictures are kept here");
    }
    long pixels = (long) wanted.canvas().width() * wanted.canvas().height();
    store.require(wanted.images() * pixels * BYTES_PER_PIXEL);
    return base();
  }

  /// The link of one of an answer's pictures, in SGLang's form.
  static String of(URI base, String id, int variant, int variants) {
    String path = "v1/images/" + id + "/content" + (variants == 1 ? "" : "?variant=" + variant);
    return base.resolve(path).toString();
  }

  private URI base() {
    try {
      return request.getBaseUri();
    } catch (IllegalArgumentException e) { // a Host that is none
      return HERE;
    }
  }
}
