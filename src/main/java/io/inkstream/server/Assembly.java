package io.inkstream.server;

import io.inkstream.server.config.AccessConfig;
import io.inkstream.server.config.AccessSettings;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.ModelConfig;
import io.inkstream.server.config.OperationConfig;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.config.OutputConfig;
import io.inkstream.server.config.OutputSettings;
import io.inkstream.server.config.ServerConfig;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.jobs.JobObserver;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.store.PictureStore;
import io.inkstream.server.store.StoreFolder;
import io.inkstream.server.store.StoreLimits;
import io.inkstream.server.telemetry.FlightRecords;
import io.inkstream.server.telemetry.JobMetrics;
import io.inkstream.server.telemetry.JobSpans;
import io.inkstream.server.telemetry.SglangMetrics;
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
