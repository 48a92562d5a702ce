package io.inkstream.server.api;

import io.inkstream.server.jobs.ModelSlot;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// `/q/health/started`: up once the model has been ready, and to the end.
@Startup
@Singleton
final class ModelStarted implements HealthCheck {
  private final ModelSlot model;

  ModelStarted(ModelSlot model) {
    this.model = model;
  }

  @Override
  public HealthCheckResponse call() {
    boolean ready = model.whenReady().toCompletableFuture().isDone();
    return HealthCheckResponse.named("model").status(ready).build();
  }
}
