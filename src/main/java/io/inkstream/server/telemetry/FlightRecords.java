package io.inkstream.server.telemetry;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobTicket;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Jobs, stages and steps as events of the JDK's Flight Recorder. Costs nothing while it is off.
public final class FlightRecords implements Consumer<JobEvent> {
  private final Map<String, JobRecords> open = new ConcurrentHashMap<>();

  @Override
  public void accept(JobEvent event) {
    JobTicket job = event.stamp().job();
    switch (event) {
      case Queued _ -> open.put(job.id(), new JobRecords(job));
      case Started started -> of(job).started(started.stamp().age());
      case StageBegan _ -> of(job).beginStage();
      case StageEnded ended -> of(job).endStage(ended.stage());
      case StepMade step -> of(job).step(step);
      case End end -> close(job, end);
      case Rejected _ -> {}
    }
  }

  private JobRecords of(JobTicket job) {
    return Objects.requireNonNull(open.get(job.id()), job.id());
  }

  private void close(JobTicket job, End end) {
    of(job).end(end);
    open.remove(job.id());
  }

  /// The recorder takes the time itself: a record is begun when the thing begins.
  private static final class JobRecords {
    private final JobTicket job;
    private final JobRecord whole = new JobRecord();
    private StageRecord stage = new StageRecord();
    private StepRecord step = new StepRecord();

    JobRecords(JobTicket job) {
      this.job = job;
      whole.begin();
    }

    void started(Duration waited) {
      whole.queued = waited.toNanos();
    }

    void beginStage() {
      stage = new StageRecord();
      stage.begin();
      beginStep();
    }

    private void beginStep() {
      step = new StepRecord();
      step.begin();
    }

    void endStage(Stage ended) {
      stage.job = job.id();
      stage.stage = ended.name().toLowerCase(Locale.ROOT);
      stage.commit();
    }

    void step(StepMade made) {
      step.end();
      if (step.shouldCommit()) {
        step.job = job.id();
        step.step = made.step();
        step.steps = made.steps();
        step.cache =
            made.cache().stream().map(CacheDecision::outcome).collect(Collectors.joining(","));
        step.forecast = made.forecast().map(ForecastDecision::outcome).orElse("");
        step.commit();
      }
      beginStep();
    }

    void end(End how) {
      whole.job = job.id();
      whole.kind = job.kind().name().toLowerCase(Locale.ROOT);
      whole.steps = job.request().guidance().steps();
      whole.pictures = job.request().images();
      whole.width = job.request().canvas().width();
      whole.height = job.request().canvas().height();
      whole.status = EndStatus.of(how);
      whole.commit();
    }
  }
}
