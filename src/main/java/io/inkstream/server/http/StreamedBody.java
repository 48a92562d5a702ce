package io.inkstream.server.http;

import io.vertx.ext.web.RoutingContext;

/// Who takes some requests' bodies in himself, part by part, so that none is held as a whole:
/// [RequestBodies] leaves those alone.
public interface StreamedBody {
  boolean takes(RoutingContext context);

  /// Bytes that such a body may have.
  long most();
}
