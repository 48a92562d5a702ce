package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobQueue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// The same under SGLang's names, `sglang:diffusion_…`, with its labels, so that its dashboards
/// work. Warm-ups and probes count with `is_warmup="true"`. A batch is always one request here, and
/// there are no adapters: what SGLang says of those is left out.
public final class SglangMetrics implements Consumer<JobEvent> {
  private static final String PREFIX = "sglang:diffusion_";
  private static final Tags SERVER = Tags.of("role", "monolithic", "replica", "0");

  private final MeterRegistry registry;

  public SglangMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (String status : new String[] {"success", "error"}) {
      registry.counter(PREFIX + "requests", labels(status, false)).increment(0);
    }
  }

  /// Shows what waits in a queue, and what runs.
  public void watch(JobQueue queue) {
    gauge("num_queue_reqs", queue, JobQueue::queued);
    gauge("num_running_reqs", queue, JobQueue::running);
  }

  private void gauge(String name, JobQueue queue, ToDoubleFunction<JobQueue> value) {
    Gauge.builder(PREFIX + name, queue, value).tags(SERVER).register(registry);
  }

  @Override
  public void accept(JobEvent event) {
    boolean warmUp = !event.stamp().job().kind().isClients();
    switch (event) {
      case Started started ->
          timer("queue_time", SERVER.and("is_warmup", String.valueOf(warmUp)))
              .record(started.stamp().age());
      case StageEnded ended -> stage(name(ended.stage()), ended.took());
      case StepMade made -> stage("DenoisingStep", made.time().took());
      case End end -> ended(end, warmUp);
      case Queued _, StageBegan _, Rejected _ -> {}
    }
  }

  private static String name(Stage stage) {
    return switch (stage) {
      case TEXT_ENCODING -> "TextEncodingStage";
      case DENOISING -> "DenoisingStage";
      case DECODING -> "DecodingStage";
    };
  }

  private void ended(End end, boolean warmUp) {
    Tags labels = labels(end instanceof Completed ? "success" : "error", warmUp);
    registry.counter(PREFIX + "requests", labels).increment();
    timer("request_latency", labels).record(end.stamp().age());
  }

  private static Tags labels(String status, boolean warmUp) {
    return SERVER.and("status", status, "is_warmup", String.valueOf(warmUp));
  }

  private Timer timer(String name, Tags labels) {
    return Buckets.histogram(PREFIX + name).tags(labels).register(registry);
  }

  private void stage(String name, Duration took) {
    timer("stage_host_latency", SERVER.and("stage", name)).record(took);
  }
}
