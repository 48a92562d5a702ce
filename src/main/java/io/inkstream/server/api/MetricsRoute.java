package io.inkstream.server.api;

import io.quarkus.micrometer.runtime.export.handlers.PrometheusHandler;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/// `/metrics`, where SGLang has them, answers as `/q/metrics`: by the same handler, since a request
/// that is rerouted stands twice in the access log. Both on the event loop: whoever looks after a
/// server must not wait for the pool whose threads may all be taken.
@Singleton
final class MetricsRoute {
  void register(@Observes Router router) {
    var handler = new PrometheusHandler(false, Optional.empty());
    // In its next turn: an answer within the turn that takes a connection to HTTP/2 (h2c) is
    // broken.
    Handler<RoutingContext> metrics =
        request -> request.vertx().runOnContext(turn -> handler.handle(request));
    router.get("/metrics").handler(metrics);
    router.get("/q/metrics").order(RouteConstants.ROUTE_ORDER_BEFORE_DEFAULT).handler(metrics);
  }
}
