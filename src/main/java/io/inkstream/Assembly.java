package io.inkstream;

import io.inkstream.config.AccessConfig;
import io.inkstream.config.AccessSettings;
import io.inkstream.config.CacheDitSettings;
import io.inkstream.config.DenoisingSettings;
import io.inkstream.config.EngineSettings;
import io.inkstream.config.ModelConfig;
import io.inkstream.config.OperationConfig;
import io.inkstream.config.OperationSettings;
import io.inkstream.config.OutputConfig;
import io.inkstream.config.OutputSettings;
import io.inkstream.config.ServerConfig;
import io.inkstream.config.ServerSettings;
import io.inkstream.jobs.JobObserver;
import io.inkstream.jobs.JobQueue;
import io.inkstream.jobs.ModelSlot;
import io.inkstream.store.PictureStore;
import io.inkstream.store.StoreFolder;
import io.inkstream.store.StoreLimits;
import io.inkstream.telemetry.FlightRecords;
import io.inkstream.telemetry.JobMetrics;
import io.inkstream.telemetry.JobSpans;
import io.inkstream.telemetry.SglangMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/// Puts the server together: one model, one queue.
final class Assembly {
  @Produces
  @Singleton
  EngineSettings engineSettings(ModelConfig config) {
    return EngineSettings.from(config);
  }

  @Produces
  @Singleton
  ServerSettings serverSettings(EngineSettings engine, ServerConfig config) {
    return ServerSettings.from(engine, config);
  }

  @Produces
  @Singleton
  OperationSettings operationSettings(OperationConfig config) {
    return OperationSettings.from(config);
  }

  @Produces
  @Singleton
  CacheDitSettings cacheDitSettings(Config config, EngineSettings engine) {
    var settings = CacheDitSettings.from(config);
    settings.requireWorksOn(engine.runtime().device().device());
    return settings;
  }

  @Produces
  @Singleton
  DenoisingSettings denoisingSettings(Config config, CacheDitSettings caching) {
    return DenoisingSettings.from(config, caching);
  }

  @Produces
  @Singleton
  AccessSettings accessSettings(AccessConfig config) {
    return AccessSettings.from(config);
  }

  @Produces
  @Singleton
  OutputSettings outputSettings(OutputConfig config) {
    return OutputSettings.from(config);
  }

  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }

  @Produces
  @Singleton
  PictureStore pictureStore(OutputSettings output, InstantSource clock) {
    var folder =
        output
            .path()
            .map(path -> new StoreFolder(path.toAbsolutePath(), false))
            .orElseGet(StoreFolder::temporary);
    return new PictureStore(folder, new StoreLimits(output.maxBytes(), output.maxAge()), clock);
  }

  @Produces
  @Singleton
  ModelSlot modelSlot() {
    return new ModelSlot();
  }

  @Produces
  @Singleton
  JobQueue jobQueue(
      Vertx vertx,
      ModelSlot model,
      OperationSettings operation,
      ServerSettings server,
      MeterRegistry metrics,
      Tracer tracer) {
    var sglang = new SglangMetrics(metrics);
    var observers =
        List.of(
            new JobMetrics(metrics),
            sglang,
            new FlightRecords(),
            new JobSpans(tracer, server.model().name()));
    var queue = new JobQueue(vertx, model, operation.queue(), JobObserver.all(observers));
    sglang.watch(queue);
    return queue;
  }
}
