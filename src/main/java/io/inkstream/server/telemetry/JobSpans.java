package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobObserver;
import io.inkstream.server.jobs.JobState;
import io.inkstream.server.jobs.JobWatch;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Locale;

/// A span for each client's job, with OpenTelemetry's names for generative AI, under the span of
/// the HTTP request that brings it; and one for each stage, and one for the time in the queue,
/// under that. No prompt is in them.
public final class JobSpans implements JobObserver {
  private static final String OPERATION = "generate_content";

  private final Tracer tracer;
  private final String model;

  /// @param model its name on the wire
  public JobSpans(Tracer tracer, String model) {
    this.tracer = tracer;
    this.model = model;
  }

  @Override
  public JobWatch admitted(ImageJob job) {
    return job.kind() == JobKind.REQUEST ? new Watch(job) : JobWatch.NONE;
  }

  private Span spanOf(ImageJob job) {
    GenerationRequest request = job.request();
    return tracer
        .spanBuilder(OPERATION + " " + model)
        .setAttribute("gen_ai.operation.name", OPERATION)
        .setAttribute("gen_ai.provider.name", "inkstream")
        .setAttribute("gen_ai.request.model", model)
        .setAttribute("gen_ai.output.type", "image")
        .setAttribute("gen_ai.request.choice.count", request.images())
        .setAttribute("gen_ai.request.seed", request.draws().seeds().getFirst())
        .setAttribute("inkstream.job.id", job.id())
        .setAttribute("inkstream.request.steps", request.guidance().steps())
        .setAttribute("inkstream.request.width", request.canvas().width())
        .setAttribute("inkstream.request.height", request.canvas().height())
        .startSpan();
  }

  private final class Watch implements JobWatch {
    private final Span span;
    private final Context within;
    private Span part;

    Watch(ImageJob job) {
      span = spanOf(job);
      within = Context.current().with(span);
      part = begin("queued");
    }

    private Span begin(String name) {
      return tracer.spanBuilder(name).setParent(within).startSpan();
    }

    @Override
    public void started(Duration waited) {
      part.end();
    }

    @Override
    public void stageStarted(Stage stage) {
      part = begin(stage.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void stageEnded(Stage stage, Duration took) {
      part.end();
    }

    @Override
    public void ended(JobState state) {
      if (state instanceof JobState.Failed failed) {
        span.recordException(failed.cause());
        span.setStatus(StatusCode.ERROR);
      }
      part.end(); // of a job that left the queue unstarted; else it has ended already
      span.setAttribute("inkstream.job.status", EndStatus.of(state));
      span.end();
    }
  }
}
