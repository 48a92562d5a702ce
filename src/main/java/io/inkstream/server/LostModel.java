package io.inkstream.server;

import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.weights.ChangedFileException;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.ModelSlot;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Takes the model out of service when a request found that somebody wrote to its files, or that
/// the last device that drew it is lost.
record LostModel(ModelSlot model) implements Consumer<JobEvent> {
  private static final Logger LOG = Logger.getLogger(LostModel.class);

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case Failed(_, Throwable cause) -> look(cause);
      case Rejected(_, Throwable cause) -> look(cause);
      case JobEvent.Queued _,
          JobEvent.Started _,
          JobEvent.StageBegan _,
          JobEvent.StageEnded _,
          JobEvent.StepMade _,
          JobEvent.Completed _,
          JobEvent.Cancelled _ -> {}
    }
  }

  private void look(Throwable cause) {
    switch (cause) {
      case ChangedFileException why when model.lose(why) -> LOG.error(why.getMessage());
      case LostDeviceException why -> model.lose(why); // has been said by whoever lost it
      default -> {}
    }
  }
}
