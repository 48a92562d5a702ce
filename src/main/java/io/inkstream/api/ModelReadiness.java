package io.inkstream.api;

import io.inkstream.jobs.ModelSlot;
import io.inkstream.jobs.ModelState;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// `/q/health/ready`: up when the model can draw.
@Readiness
@Singleton
final class ModelReadiness implements HealthCheck {
  private final ModelSlot model;

  ModelReadiness(ModelSlot model) {
    this.model = model;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("model")
        .status(model.state() instanceof ModelState.Ready)
        .build();
  }
}
