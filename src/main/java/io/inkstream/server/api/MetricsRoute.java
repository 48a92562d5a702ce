package io.inkstream.server.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// `/metrics`, where SGLang has them, answers as `/q/metrics`.
@Singleton
final class MetricsRoute {
  void register(@Observes Router router) {
    router.route(HttpMethod.GET, "/metrics").handler(context -> context.reroute("/q/metrics"));
  }
}
