package io.inkstream.server;

import io.inkstream.server.batch.Batches;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.webhook.JobHooks;
import io.inkstream.server.webhook.Webhooks;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Goes on with what processes that are gone have left in the folder: at the start, and while
/// others share it.
@Singleton
final class TakingOver {
  private static final Logger LOG = Logger.getLogger(TakingOver.class);
  private static final Duration INTERVAL = Duration.ofSeconds(20);

  private final Webhooks webhooks;
  private final JobHooks hooks;
  private final Batches batches;

  TakingOver(Webhooks webhooks, JobHooks hooks, Batches batches) {
    this.webhooks = webhooks;
    this.hooks = hooks;
    this.batches = batches;
  }

  void start(@Observes StartupEvent event, Vertx vertx) {
    keep(vertx);
  }

  void drain(@Observes ShutdownDelayInitiatedEvent event) {
    batches.drain();
  }

  void stop(@Observes ShutdownEvent event) {
    batches.close();
  }

  private void keep(Vertx vertx) {
    var _ =
        vertx
            .executeBlocking(this::takeOver, false)
            .onComplete(taken -> vertx.setTimer(INTERVAL.toMillis(), timer -> keep(vertx)));
  }

  private boolean takeOver() {
    try {
      webhooks.takeOver();
      hooks.takeOver();
      batches.takeOver();
      return true;
    } catch (RecordException e) {
      LOG.warnf("what others have left is not gone on with: %s (%s)", e.getMessage(), e.getCause());
      return false;
    }
  }
}
