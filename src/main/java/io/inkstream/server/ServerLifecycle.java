package io.inkstream.server;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.hub.HubException;
import io.inkstream.engine.hub.HubPull;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.textencoder.TokenizerException;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.server.claims.JobClaims;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.config.OperationSettings.WarmUp;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.config.SettingException;
import io.inkstream.server.config.SettingValues;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelNotReadyException;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.inkstream.server.jobs.QueueFullException;
import io.inkstream.server.jobs.ShuttingDownException;
import io.inkstream.server.jobs.TinyPicture;
import io.inkstream.server.order.PictureSize;
import io.inkstream.server.refusal.LastResort;
import io.inkstream.server.refusal.Refusals;
import io.inkstream.server.replicas.Replicas;
import io.inkstream.server.telemetry.CardMetrics;
import io.inkstream.server.telemetry.JobStoreGauges;
import io.inkstream.server.telemetry.ServerGauges;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The server from start to end: check the settings, load the model, drain, free.
@Singleton
final class ServerLifecycle {
  private static final Logger LOG = Logger.getLogger(ServerLifecycle.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ModelSlot model;
  private final JobQueue queue;
  private final JobClaims claims;
  private final AdapterShelf adapters;
  private final MeterRegistry metrics;
  private final Vertx vertx;
  private final LastResort lastResort;
  private final Optional<HubPull> pull;
  private final Pulse pulse;
  // A thread of our own: Vert.x interrupts its workers when it closes, which closes mapped files.
  private @Nullable Thread loader;

  ServerLifecycle(
      ModelSlot model,
      JobQueue queue,
      JobClaims claims,
      AdapterShelf adapters,
      MeterRegistry metrics,
      Vertx vertx,
      LastResort lastResort,
      Optional<HubPull> pull) {
    this.model = model;
    this.queue = queue;
    this.claims = claims;
    this.adapters = adapters;
    this.metrics = metrics;
    this.vertx = vertx;
    this.lastResort = lastResort;
    this.pull = pull;
    this.pulse = new Pulse(lastResort::silent);
  }

  /// @param server asked for here so that a wrong setting ends the start
  void start(
      @Observes StartupEvent event,
      SettingValues values,
      EngineSettings engine,
      ServerSettings server,
      OperationSettings operation,
      CacheDitSettings cache,
      DenoisingSettings denoising) {
    watch((VertxInternal) vertx);
    ServerGauges.register(metrics, queue, model);
    JobStoreGauges.register(metrics, claims);
    claims.start();
    values.warnings().forEach(LOG::warn);
    if (cache.enabled()) {
      LOG.infof(
          "blocks are reused between steps, unless a request says otherwise: %s",
          cache.params().toMap());
    }
    if (denoising.forecasts()) {
      LOG.infof(
          "velocities are forecast between computed steps, unless a request says otherwise: %s",
          denoising.forecast().toMap());
    }
    LOG.debugf("serving %s as %s", server.model().path(), server.model().name());
    loader =
        Thread.ofPlatform()
            .daemon()
            .name("inkstream-load")
            .start(() -> load(engine, operation, cache, denoising));
  }

  private void watch(VertxInternal vertx) {
    for (EventLoopGroup loops :
        List.of(vertx.getEventLoopGroup(), vertx.getAcceptorEventLoopGroup())) {
      lastResort.watch(loops);
      pulse.watch(loops);
    }
    @Nullable Handler<Throwable> others = vertx.exceptionHandler();
    var _ =
        vertx.exceptionHandler(failure -> {
          lastResort.hear(failure);
          if (others != null) {
            others.handle(failure);
          }
        });
    Thread.setDefaultUncaughtExceptionHandler(lastResort::heardOfDead);
    pulse.start();
  }

  /// From here on new requests are refused; the HTTP server waits for those that run.
  void drain(@Observes ShutdownDelayInitiatedEvent event) {
    claims.stop();
    queue.drain();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    lastResort.stop();
    pulse.stop();
    queue.close();
    claims.close();
    model.close();
    pull.ifPresent(HubPull::close);
    if (loader != null) {
      loader.join(PATIENCE); // the library may not be unloaded while it makes a session
    }
  }

  private void load(
      EngineSettings engine,
      OperationSettings operation,
      CacheDitSettings cache,
      DenoisingSettings denoising) {
    try {
      if (pull.isPresent()) {
        new ModelDownload(model).run(pull.get());
      }
      long start = System.nanoTime();
      var loaded = new ReplicaLoader(engine, denoising.table(), adapters).load();
      cache.requireFits(loaded.getFirst().pipeline().transformer().blocks());
      CardMetrics.register(metrics, model, ReplicaLoader.devices(loaded));
      queue.measureHeap();
      model.putCold(
          replicas(loaded, operation.queue().maxRunning() / loaded.size()),
          Duration.ofNanos(System.nanoTime() - start));
      if (operation.warmUp().map(this::warmedUp).orElse(true)) {
        model.warmedUp();
      }
    } catch (InterruptedException e) {
      LOG.debug("stopped while the model was downloaded");
    } catch (HubException e) {
      if (!(model.state() instanceof ModelState.Closed)) {
        fail(String.valueOf(e.getMessage()), e);
      }
    } catch (SnapshotException
        | TokenizerException
        | EngineException
        | SettingException
        | InvalidRequestException e) {
      fail(String.valueOf(e.getMessage()), e);
    } catch (Throwable e) { // without a model there is no server, whatever it was
      LOG.error("the model does not load", e);
      fail(e.toString(), e);
    }
  }

  private static Replicas replicas(List<PipelineGenerator> loaded, int each) {
    return new Replicas(loaded.stream().map(PipelineGenerator::replica).toList(), each);
  }

  /// Draws pictures before the server calls itself ready.
  ///
  /// @return whether they are drawn; not if the server is stopping
  private boolean warmedUp(WarmUp pictures) {
    try {
      for (PictureSize size : pictures.sizes()) {
        warmUp(size, pictures.steps());
      }
      return true;
    } catch (QueueFullException e) {
      return true; // clients were quicker: the model draws already
    } catch (ShuttingDownException | ModelNotReadyException e) {
      return false;
    } catch (CompletionException e) {
      if (e.getCause() instanceof CancelledException) {
        return false;
      }
      LOG.error("the warm-up picture is not drawn", e.getCause());
      fail("the warm-up picture is not drawn: " + e.getCause(), e);
      return false;
    }
  }

  /// As many pictures at once as there are replicas: each draws one.
  private void warmUp(PictureSize size, int steps) {
    Stream.generate(() -> TinyPicture.warmUp(queue, size, steps).drawn())
        .limit(model.replicas().size())
        .toList()
        .forEach(CompletableFuture::join);
  }

  private static void fail(String why, Throwable cause) {
    System.err.println("inkstream: " + why);
    Quarkus.asyncExit(Refusals.of(cause).exit().code());
  }
}
