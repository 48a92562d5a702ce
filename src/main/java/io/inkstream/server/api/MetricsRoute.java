package io.inkstream.server.api;

import io.quarkus.micrometer.runtime.export.handlers.PrometheusHandler;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/// `/metrics`, where SGLang has them, answers as `/q/metrics`: by the same handler, since a request
/// that is rerouted stands twice in the access log.
@Singleton
final class MetricsRoute {
  void register(@Observes Router router) {
    router.get("/metrics").blockingHandler(new PrometheusHandler(false, Optional.empty()), false);
  }
}
