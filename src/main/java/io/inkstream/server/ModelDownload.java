package io.inkstream.server;

import io.inkstream.engine.hub.HubPull;
import io.inkstream.engine.hub.PullState;
import io.inkstream.server.jobs.ModelSlot;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Waits for what comes from the Hub; `/health` and the log say how far it is.
record ModelDownload(ModelSlot model) {
  private static final Logger LOG = Logger.getLogger(ModelDownload.class);
  private static final long EACH_SECOND = 1000;
  private static final long EACH_LINE = 10_000;

  void run(HubPull pull) throws InterruptedException {
    model.pulling(Optional.of(pull.state()));
    pull.every(EACH_SECOND, state -> model.pulling(Optional.of(state)));
    pull.every(EACH_LINE, ModelDownload::say);
    try (pull) {
      pull.weights();
      say(pull.state());
    }
    model.pulling(Optional.empty());
  }

  private static void say(PullState state) {
    LOG.infof("%s", state);
  }
}
