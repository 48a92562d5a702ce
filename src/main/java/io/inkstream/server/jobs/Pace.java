package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.time.Duration;

/// How long work takes here, measured at every step of every request. Safe for any thread.
///
/// The mean forgets: after fifty steps more, a step counts about a third. What a job does before
/// its first step counts with that step, what it does after the last with the units already seen.
final class Pace implements JobObserver {
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
  public JobWatch admitted(ImageJob job) {
    return job.kind() == JobKind.REQUEST ? new Stopwatch(job) : JobWatch.NONE;
  }

  /// On the job's own thread from its start on.
  private final class Stopwatch implements JobWatch {
    private final ImageJob job;
    private long mark;

    Stopwatch(ImageJob job) {
      this.job = job;
    }

    @Override
    public void started(Duration waited) {
      mark = System.nanoTime();
    }

    @Override
    public void step(StepMade step, Duration took) {
      measured(lap(), Work.unitsOfStep(job.admitted().load()));
    }

    @Override
    public void ended(JobState state) {
      if (state instanceof JobState.Completed) {
        measured(lap(), 0);
      }
    }

    private Duration lap() {
      long now = System.nanoTime();
      var lap = Duration.ofNanos(now - mark);
      mark = now;
      return lap;
    }
  }
}
