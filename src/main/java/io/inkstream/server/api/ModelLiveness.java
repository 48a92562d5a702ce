package io.inkstream.server.api;

import io.inkstream.server.jobs.ModelSlot;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/// `/q/health/live`: up as long as the process answers, unless all its devices are lost, which only
/// another process brings back.
@Liveness
@Singleton
final class ModelLiveness implements AsyncHealthCheck {
  private final ModelSlot model;

  ModelLiveness(ModelSlot model) {
    this.model = model;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    boolean lost = model.hasLostItsDevices();
    return Uni.createFrom().item(HealthCheckResponse.named("devices").status(!lost).build());
  }
}
