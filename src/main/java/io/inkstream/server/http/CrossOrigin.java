package io.inkstream.server.http;

import io.inkstream.server.config.AccessSettings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/// Lets web pages of the configured origins ask. Others are refused; our own pages always may.
@Singleton
final class CrossOrigin {
  private static final int SECONDS_TO_REMEMBER = 3600;
  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);
  private static final Set<String> SHOWN =
      Set.of(
          RequestIds.HEADER,
          "retry-after",
          "retry-after-ms",
          "x-should-retry",
          "location",
          "etag",
          "content-disposition");

  private final RouteErrors errors;
  private final List<String> origins;

  CrossOrigin(AccessSettings settings, RouteErrors errors) {
    this.errors = errors;
    this.origins = settings.corsOrigins();
  }

  void register(@Observes Router router) {
    if (!origins.isEmpty()) {
      var handler = handler();
      router.route().order(GateOrder.CROSS_ORIGIN).handler(context -> pass(handler, context));
    }
  }

  /// Every answer depends on the origin unless all may ask: no cache may give one to another.
  /// Vert.x's handler leaves this out where there is one origin, and the refusals have it not.
  private void vary(RoutingContext context) {
    if (!origins.contains("*")) {
      context.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
  }

  /// Without a list of headers, a preflight is answered that the headers it asks for are allowed:
  /// `x-stainless-*` has no end. No cookies are involved, so there is nothing to steal by it.
  private CorsHandler handler() {
    var handler = CorsHandler.create().allowedMethods(METHODS).exposedHeaders(SHOWN);
    if (!origins.contains("*")) {
      handler.addOrigins(origins);
    }
    return handler.maxAgeSeconds(SECONDS_TO_REMEMBER);
  }

  private void pass(CorsHandler handler, RoutingContext context) {
    vary(context);
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && isOurOwn(origin, context.request())) {
      context.next();
    } else if (origin == null || origins.contains("*") || origins.contains(origin)) {
      handler.handle(context);
    } else {
      errors.answer(context, 403);
    }
  }

  private static boolean isOurOwn(String origin, HttpServerRequest request) {
    var host = request.authority();
    return host != null && origin.equals(request.scheme() + "://" + host);
  }
}
