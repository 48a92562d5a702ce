package io.inkstream.server.telemetry;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobTicket;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// A span for each client's job, with OpenTelemetry's names for generative AI, under the span of
/// the HTTP request that brings it; and one for each stage, and one for the time in the queue,
/// under that. No prompt is in them.
public final class JobSpans implements Consumer<JobEvent> {
  private static final String OPERATION = "generate_content";

  private final Tracer tracer;
  private final String model;
  private final Map<String, JobSpan> open = new ConcurrentHashMap<>();

  /// @param model its name on the wire
  public JobSpans(Tracer tracer, String model) {
    this.tracer = tracer;
    this.model = model;
  }

  @Override
  public void accept(JobEvent event) {
    JobTicket job = event.stamp().job();
    if (!job.kind().isClients()) {
      return;
    }
    switch (event) {
      case Queued _ -> open.put(job.id(), new JobSpan(job));
      case Started _, StageEnded _ -> of(job).endPart();
      case StageBegan began -> of(job).beginPart(began.stage().name().toLowerCase(Locale.ROOT));
      case End end -> close(job, end);
      case StepMade _, Rejected _ -> {}
    }
  }

  private JobSpan of(JobTicket job) {
    return Objects.requireNonNull(open.get(job.id()), job.id());
  }

  private void close(JobTicket job, End end) {
    of(job).end(end);
    open.remove(job.id());
  }

  private Span spanOf(JobTicket job) {
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

  private final class JobSpan {
    private final Span span;
    private final Context within;
    private Span part;

    JobSpan(JobTicket job) {
      span = spanOf(job);
      within = Context.current().with(span);
      part = part("queued");
    }

    private Span part(String name) {
      return tracer.spanBuilder(name).setParent(within).startSpan();
    }

    void beginPart(String name) {
      part = part(name);
    }

    void endPart() {
      part.end();
    }

    void end(End how) {
      if (how instanceof Failed failed) {
        span.recordException(failed.cause());
        span.setStatus(StatusCode.ERROR);
      }
      part.end(); // of a job that left the queue unstarted; else it has ended already
      span.setAttribute("inkstream.job.status", EndStatus.of(how));
      span.end();
    }
  }
}
