package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobObserver;
import io.inkstream.server.jobs.JobState;
import io.inkstream.server.jobs.JobWatch;
import io.inkstream.server.jobs.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/// Counts and times the requests of clients: `inkstream_requests_total{status, reason}` with status
/// `succeeded`, `failed`, `cancelled` or `rejected`, and the histograms
/// `inkstream_queue_time_seconds`, `inkstream_request_duration_seconds{status}`,
/// `inkstream_stage_duration_seconds{stage}` and `inkstream_step_duration_seconds`.
public final class JobMetrics implements JobObserver {
  private final MeterRegistry registry;
  private final Timer queueTime;
  private final Timer step;

  public JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.queueTime = Buckets.histogram("inkstream.queue.time").register(registry);
    this.step = Buckets.histogram("inkstream.step.duration").register(registry);
    for (String status : new String[] {"succeeded", "failed", "cancelled"}) {
      count(status, "none", 0);
      var _ = duration(status);
    }
    for (Rejection why : Rejection.values()) {
      count("rejected", why.toString(), 0);
    }
  }

  @Override
  public JobWatch admitted(ImageJob job) {
    return job.kind() == JobKind.REQUEST ? new Watch() : JobWatch.NONE;
  }

  @Override
  public void rejected(JobKind kind, Rejection why) {
    if (kind == JobKind.REQUEST) {
      count("rejected", why.toString(), 1);
    }
  }

  private void count(String status, String reason, int more) {
    registry.counter("inkstream.requests", "status", status, "reason", reason).increment(more);
  }

  private Timer duration(String status) {
    return Buckets.histogram("inkstream.request.duration").tag("status", status).register(registry);
  }

  private Timer duration(Stage stage) {
    String name = stage.name().toLowerCase(Locale.ROOT);
    return Buckets.histogram("inkstream.stage.duration").tag("stage", name).register(registry);
  }

  private final class Watch implements JobWatch {
    private final long admitted = System.nanoTime();

    @Override
    public void started(Duration waited) {
      queueTime.record(waited);
    }

    @Override
    public void stageEnded(Stage stage, Duration took) {
      duration(stage).record(took);
    }

    @Override
    public void step(StepMade made, Duration took) {
      step.record(took);
    }

    @Override
    public void ended(JobState state) {
      String status = EndStatus.of(state);
      count(status, "none", 1);
      duration(status).record(Duration.ofNanos(System.nanoTime() - admitted));
    }
  }
}
