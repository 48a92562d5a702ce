package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import java.time.Duration;
import java.util.function.Consumer;

/// How long work takes here, measured at every step of every request. Safe for any thread.
///
/// The mean forgets: after fifty steps more, a step counts about a third. What a job does before
/// its first step counts with that step, what it does after the last with the units already seen.
final class Pace implements Consumer<JobEvent> {
  private static final double MEMORY = 0.98;
  // The pocket model on two cores: a guess for as long as nothing has been measured.
  private static final double FIRST_GUESS = 4e-4;

  private double seconds;
  private double units;

  /// How long so much work takes.
  synchronized Duration expected(double work) {
    double rate = units == 0 ? FIRST_GUESS : seconds / units;
    return Duration.ofNanos((long) (rate * work * 1e9));
  }

  synchronized void measured(Duration took, double work) {
    seconds = MEMORY * seconds + took.toNanos() / 1e9;
    units = MEMORY * units + work;
  }

  @Override
  public void accept(JobEvent event) {
    if (!event.stamp().job().kind().isClients()) {
      return;
    }
    switch (event) {
      case StepMade made -> measured(sinceTheLast(made), made.work());
      case StageEnded(_, Stage stage, Duration took) when stage == Stage.DECODING ->
          measured(took, 0);
      case Queued _, Started _, StageBegan _, StageEnded _, End _, Rejected _ -> {}
    }
  }

  private static Duration sinceTheLast(StepMade made) {
    return made.step() == 1 ? made.time().elapsed() : made.time().took();
  }
}
