package io.inkstream.server.api;

import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// `/q/health/ready`: up from the warm-up picture to the beginning of the end.
@Readiness
@Singleton
final class ModelReadiness implements AsyncHealthCheck {
  private final ModelSlot model;
  private final JobQueue queue;

  ModelReadiness(ModelSlot model, JobQueue queue) {
    this.model = model;
    this.queue = queue;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    var answer =
        HealthCheckResponse.named("model")
            .status(model.state() instanceof ModelState.Ready && !queue.isDraining())
            .build();
    return Uni.createFrom().item(answer);
  }
}
