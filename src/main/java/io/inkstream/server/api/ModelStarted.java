package io.inkstream.server.api;

import io.inkstream.server.jobs.ModelSlot;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// `/q/health/started`: up once the model has been ready, and to the end.
@Startup
@Singleton
final class ModelStarted implements AsyncHealthCheck {
  private final ModelSlot model;

  ModelStarted(ModelSlot model) {
    this.model = model;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    boolean ready = model.whenReady().toCompletableFuture().isDone();
    return Uni.createFrom().item(HealthCheckResponse.named("model").status(ready).build());
  }
}
