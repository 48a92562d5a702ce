package io.inkstream.server;

import io.inkstream.engine.weights.ChangedFileException;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.ModelSlot;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Takes the model out of service when a request found that somebody wrote to its files.
record LostModel(ModelSlot model) implements Consumer<JobEvent> {
  private static final Logger LOG = Logger.getLogger(LostModel.class);

  @Override
  public void accept(JobEvent event) {
    if (event instanceof Failed failed
        && failed.cause() instanceof ChangedFileException why
        && model.lose(why)) {
      LOG.error(why.getMessage());
    }
  }
}
