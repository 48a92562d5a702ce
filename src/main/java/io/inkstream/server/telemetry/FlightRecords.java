package io.inkstream.server.telemetry;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobObserver;
import io.inkstream.server.jobs.JobState;
import io.inkstream.server.jobs.JobWatch;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/// Jobs, stages and steps as events of the JDK's Flight Recorder. Costs nothing while it is off.
public final class FlightRecords implements JobObserver {
  @Override
  public JobWatch admitted(ImageJob job) {
    return new Watch(job);
  }

  private static final class Watch implements JobWatch {
    private final ImageJob job;
    private final JobEvent jobEvent = new JobEvent();
    private StageEvent stageEvent = new StageEvent();
    private StepEvent stepEvent = new StepEvent();

    Watch(ImageJob job) {
      this.job = job;
      jobEvent.begin();
    }

    @Override
    public void started(Duration waited) {
      jobEvent.queued = waited.toNanos();
    }

    @Override
    public void stageStarted(Stage stage) {
      stageEvent = new StageEvent();
      stageEvent.begin();
      beginStep();
    }

    private void beginStep() {
      stepEvent = new StepEvent();
      stepEvent.begin();
    }

    @Override
    public void stageEnded(Stage stage, Duration took) {
      stageEvent.job = job.id();
      stageEvent.stage = stage.name().toLowerCase(Locale.ROOT);
      stageEvent.commit();
    }

    @Override
    public void step(StepMade step, Duration took) {
      stepEvent.end();
      if (stepEvent.shouldCommit()) {
        stepEvent.job = job.id();
        stepEvent.step = step.step();
        stepEvent.steps = step.steps();
        stepEvent.cache =
            step.cache().stream().map(CacheDecision::outcome).collect(Collectors.joining(","));
        stepEvent.forecast = step.forecast().map(ForecastDecision::outcome).orElse("");
        stepEvent.commit();
      }
      beginStep();
    }

    @Override
    public void ended(JobState state) {
      jobEvent.job = job.id();
      jobEvent.kind = job.kind().name().toLowerCase(Locale.ROOT);
      jobEvent.steps = job.request().guidance().steps();
      jobEvent.pictures = job.request().images();
      jobEvent.width = job.request().canvas().width();
      jobEvent.height = job.request().canvas().height();
      jobEvent.status = EndStatus.of(state);
      jobEvent.commit();
    }
  }
}
