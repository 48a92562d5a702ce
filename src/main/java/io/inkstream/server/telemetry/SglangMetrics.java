package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobObserver;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.JobState;
import io.inkstream.server.jobs.JobWatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/// The same under SGLang's names, `sglang:diffusion_…`, with its labels, so that its dashboards
/// work. Warm-ups and probes count with `is_warmup="true"`. A batch is always one request here, and
/// there are no adapters: what SGLang says of those is left out.
public final class SglangMetrics implements JobObserver {
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
  public JobWatch admitted(ImageJob job) {
    return new Watch(job.kind() != JobKind.REQUEST);
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

  private final class Watch implements JobWatch {
    private final long admitted = System.nanoTime();
    private final boolean warmUp;

    Watch(boolean warmUp) {
      this.warmUp = warmUp;
    }

    @Override
    public void started(Duration waited) {
      timer("queue_time", SERVER.and("is_warmup", String.valueOf(warmUp))).record(waited);
    }

    @Override
    public void stageEnded(Stage stage, Duration took) {
      stage(
          switch (stage) {
            case TEXT_ENCODING -> "TextEncodingStage";
            case DENOISING -> "DenoisingStage";
            case DECODING -> "DecodingStage";
          },
          took);
    }

    @Override
    public void step(StepMade made, Duration took) {
      stage("DenoisingStep", took);
    }

    @Override
    public void ended(JobState state) {
      Tags labels = labels(state instanceof JobState.Completed ? "success" : "error", warmUp);
      registry.counter(PREFIX + "requests", labels).increment();
      timer("request_latency", labels).record(Duration.ofNanos(System.nanoTime() - admitted));
    }
  }
}
