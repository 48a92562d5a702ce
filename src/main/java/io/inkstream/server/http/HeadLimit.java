package io.inkstream.server.http;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Refuses a URI or headers that are too long with OpenAI's error object, and lets the connection
/// go on. The transport takes more for that (`quarkus.http.limits` in `application.properties`);
/// what is longer still ends the connection, by [HttpRules].
@Singleton
final class HeadLimit {
  private static final int MAX_URI = 4096;
  private static final int MAX_HEADERS = 20 * 1024;

  private final RouteErrors errors;

  HeadLimit(RouteErrors errors) {
    this.errors = errors;
  }

  void register(@Observes Router router) {
    router.route().order(GateOrder.HEAD_LIMIT).handler(this::check);
  }

  private void check(RoutingContext context) {
    if (context.request().uri().length() > MAX_URI) {
      errors.answer(context, 414);
    } else if (length(context.request().headers()) > MAX_HEADERS) {
      errors.answer(context, 431);
    } else {
      context.next();
    }
  }

  private static long length(MultiMap headers) {
    return headers.entries().stream()
        .mapToLong(header -> header.getKey().length() + header.getValue().length())
        .sum();
  }
}
