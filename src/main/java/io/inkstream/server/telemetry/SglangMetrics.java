package io.inkstream.server.telemetry;

import io.inkstream.engine.pipeline.AdapterShelf;
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
/// work. Warm-ups and probes count with `is_warmup="true"`. A batch is always one request here:
/// what SGLang says of those is left out.
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

  /// Shows the adapters that have names, and those that act where a request does not say.
  public void watch(AdapterShelf shelf) {
    gauge("lora_loaded_adapters", shelf, known -> known.named().size());
    gauge("lora_active_adapters", shelf, known -> known.active().size());
    gauge("lora_active_modules", shelf, SglangMetrics::adaptedTransformers);
    var module = SERVER.and("module", "transformer");
    Gauge.builder(PREFIX + "lora_module_active", shelf, SglangMetrics::adaptedTransformers)
        .tags(module)
        .register(registry);
  }

  private static double adaptedTransformers(AdapterShelf shelf) {
    return shelf.active().isEmpty() ? 0 : 1;
  }

  private <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
    Gauge.builder(PREFIX + name, of, value).tags(SERVER).register(registry);
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
      case IMAGE_ENCODING -> "ImageEncodingStage";
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
