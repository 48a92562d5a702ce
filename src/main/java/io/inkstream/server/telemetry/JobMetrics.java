package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.server.jobs.FinishedPicture;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.refusal.Reason;
import io.inkstream.server.refusal.Refusals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Consumer;

/// Counts and times the requests of clients: `inkstream_requests_total{status, reason}` with status
/// `succeeded`, `failed`, `cancelled` or `rejected`, and the histograms `inkstream_steps_total`,
/// `inkstream_pictures_total`, `inkstream_pixels_total`, `inkstream_queue_time_seconds`,
/// `inkstream_request_duration_seconds{status}`, `inkstream_stage_duration_seconds{stage}` and
/// `inkstream_step_duration_seconds`.
public final class JobMetrics implements Consumer<JobEvent> {
  private final MeterRegistry registry;
  private final Timer queueTime;
  private final Timer step;
  private final Counter steps;
  private final Counter pictures;
  private final Counter pixels;

  public JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.queueTime = Buckets.histogram("inkstream.queue.time").register(registry);
    this.step = Buckets.histogram("inkstream.step.duration").register(registry);
    this.steps = registry.counter("inkstream.steps");
    this.pictures = registry.counter("inkstream.pictures");
    this.pixels = registry.counter("inkstream.pixels");
    for (String status : new String[] {"succeeded", "failed", "cancelled"}) {
      count(status, "none", 0);
      var _ = duration(status);
    }
    for (Reason why : Reason.values()) {
      count("rejected", why.toString(), 0);
    }
  }

  @Override
  public void accept(JobEvent event) {
    if (!event.stamp().job().kind().isClients()) {
      return;
    }
    switch (event) {
      case Started started -> queueTime.record(started.stamp().age());
      case StageEnded ended -> duration(ended.stage()).record(ended.took());
      case StepMade made -> {
        step.record(made.time().took());
        steps.increment();
      }
      case End end -> ended(end);
      case Rejected rejected ->
          count("rejected", Refusals.of(rejected.cause()).reason().toString(), 1);
      case Queued _, StageBegan _ -> {}
    }
  }

  private void ended(End end) {
    if (end instanceof Completed completed) {
      for (FinishedPicture picture : completed.drawn().pictures()) {
        pictures.increment();
        pixels.increment((double) picture.width() * picture.height());
      }
    }
    String status = EndStatus.of(end);
    count(status, "none", 1);
    duration(status).record(end.stamp().age());
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
}
