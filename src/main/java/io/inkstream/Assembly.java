package io.inkstream;

import io.inkstream.config.CacheDitSettings;
import io.inkstream.config.DenoisingSettings;
import io.inkstream.config.EngineSettings;
import io.inkstream.config.ModelConfig;
import io.inkstream.config.ServerConfig;
import io.inkstream.config.ServerSettings;
import io.inkstream.jobs.JobQueue;
import io.inkstream.jobs.ModelSlot;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
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
  CacheDitSettings cacheDitSettings(Config config) {
    return CacheDitSettings.from(config);
  }

  @Produces
  @Singleton
  DenoisingSettings denoisingSettings(Config config, CacheDitSettings caching) {
    return DenoisingSettings.from(config, caching);
  }

  @Produces
  @Singleton
  ModelSlot modelSlot() {
    return new ModelSlot();
  }

  @Produces
  @Singleton
  JobQueue jobQueue(Vertx vertx, ModelSlot model, ServerSettings settings) {
    return new JobQueue(vertx, model, settings.maxRunningRequests(), settings.maxQueuedRequests());
  }
}
