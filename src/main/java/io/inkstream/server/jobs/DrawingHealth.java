package io.inkstream.server.jobs;

import io.inkstream.engine.request.InvalidRequestException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Whether pictures are drawn: not after several in a row have failed, until the next that is
/// drawn. Requests that could not be drawn as they were, and cancelled ones, say nothing. Safe for
/// any thread.
public final class DrawingHealth implements Consumer<JobEvent> {
  /// So many failed pictures in a row are no accident.
  public static final int MOST_FAILURES = 3;

  private static final Logger LOG = Logger.getLogger(DrawingHealth.class);

  // Guarded by this.
  private int failures;

  /// Pictures that have failed since the last that was drawn.
  public synchronized int failures() {
    return failures;
  }

  public boolean isGood() {
    return failures() < MOST_FAILURES;
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case JobEvent.Completed _ -> count(0);
      case JobEvent.Failed failed when !(failed.cause() instanceof InvalidRequestException) ->
          count(1);
      case JobEvent.Failed _,
          JobEvent.Queued _,
          JobEvent.Started _,
          JobEvent.StageBegan _,
          JobEvent.StageEnded _,
          JobEvent.StepMade _,
          JobEvent.Cancelled _,
          JobEvent.Rejected _ -> {}
    }
  }

  private synchronized void count(int failed) {
    boolean was = isGood();
    failures = failed == 0 ? 0 : failures + failed;
    if (was && !isGood()) {
      LOG.errorf("not ready: the last %d pictures have failed", failures);
    } else if (!was && isGood()) {
      LOG.info("ready again: a picture is drawn");
    }
  }
}
