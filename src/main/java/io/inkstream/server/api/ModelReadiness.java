package io.inkstream.server.api;

import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.inkstream.server.jobs.Probe;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// `/q/health/ready`: up from the warm-up picture to the beginning of the end, unless several
/// pictures in a row have failed. Then each who asks has a small one drawn, which may bring it up
/// again.
@Readiness
@Singleton
final class ModelReadiness implements AsyncHealthCheck {
  private final ModelSlot model;
  private final JobQueue queue;
  private final Probe probe;

  ModelReadiness(ModelSlot model, JobQueue queue, Probe probe) {
    this.model = model;
    this.queue = queue;
    this.probe = probe;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    boolean serving = model.state() instanceof ModelState.Ready && !queue.isDraining();
    var health = queue.health();
    var answer = HealthCheckResponse.named("model").status(serving && health.isGood());
    if (model.state() instanceof ModelState.Loading(var pull)) {
      pull.ifPresent(state -> answer.withData("download", state.toString()));
    }
    if (!health.isGood()) {
      answer.withData("failed_in_a_row", health.failures());
      if (serving) {
        probe.draw();
      }
    }
    var lost = model.lostDevices();
    if (!lost.isEmpty()) {
      answer.withData("lost", String.join(", ", lost));
    }
    return Uni.createFrom().item(answer.build());
  }
}
