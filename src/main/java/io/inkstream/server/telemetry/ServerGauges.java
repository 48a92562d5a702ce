package io.inkstream.server.telemetry;

import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// What the server looks like now: `inkstream_queue_waiting`, `_running`, `_capacity` and `_slots`,
/// `inkstream_model_ready`, `inkstream_model_load_time_seconds` (not a number before it is loaded),
/// `inkstream_memory_peak_bytes`, `inkstream_tensors_open`, `inkstream_prompts_remembered`, its
/// `_bytes`, and `inkstream_prompts_total{result}`.
public final class ServerGauges {
  private ServerGauges() {}

  public static void register(MeterRegistry registry, JobQueue queue, ModelSlot model) {
    Gauge.builder("inkstream.queue.waiting", queue, JobQueue::queued).register(registry);
    Gauge.builder("inkstream.queue.running", queue, JobQueue::running).register(registry);
    Gauge.builder("inkstream.queue.capacity", queue, q -> q.settings().maxQueued())
        .register(registry);
    Gauge.builder("inkstream.queue.slots", queue, JobQueue::slots).register(registry);
    Gauge.builder("inkstream.model.ready", model, m -> isReady(m, queue) ? 1 : 0)
        .register(registry);
    Gauge.builder("inkstream.model.load.time", model, ServerGauges::loadSeconds)
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("inkstream.memory.peak", () -> SystemMemory.peakResident().orElse(0))
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("inkstream.tensors.open", Tensor::open).register(registry);
    prompts(registry, model);
  }

  private static void prompts(MeterRegistry registry, ModelSlot model) {
    Gauge.builder("inkstream.prompts.remembered", model, m -> m.promptMemory().prompts())
        .register(registry);
    Gauge.builder("inkstream.prompts.remembered.bytes", model, m -> m.promptMemory().bytes())
        .register(registry);
    FunctionCounter.builder("inkstream.prompts", model, m -> m.promptMemory().hits())
        .tag("result", "hit")
        .register(registry);
    FunctionCounter.builder("inkstream.prompts", model, m -> m.promptMemory().misses())
        .tag("result", "miss")
        .register(registry);
  }

  private static boolean isReady(ModelSlot model, JobQueue queue) {
    return model.state() instanceof ModelState.Ready && queue.health().isGood();
  }

  private static double loadSeconds(ModelSlot model) {
    return switch (model.state()) {
      case ModelState.Ready ready -> ready.loadTime().toNanos() / 1e9;
      case ModelState.Warming warming -> warming.loadTime().toNanos() / 1e9;
      case ModelState.Lost lost -> lost.loadTime().toNanos() / 1e9;
      case ModelState.Loading loading -> Double.NaN;
      case ModelState.Closed closed -> Double.NaN;
    };
  }
}
