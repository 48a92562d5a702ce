package io.inkstream.server;

import io.inkstream.engine.hub.HubPull;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.server.batch.BatchLimits;
import io.inkstream.server.batch.Batches;
import io.inkstream.server.batch.LineDrawer;
import io.inkstream.server.claims.DrawnPictures;
import io.inkstream.server.claims.JobClaims;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.config.AccessSettings;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.FileSettings;
import io.inkstream.server.config.HubDownload;
import io.inkstream.server.config.InputSettings;
import io.inkstream.server.config.JobSettings;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.config.OutputSettings;
import io.inkstream.server.config.RequestLogSettings;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.config.SettingValues;
import io.inkstream.server.config.WebhookValues;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.inputs.InputIntake;
import io.inkstream.server.inputs.InputStore;
import io.inkstream.server.inputs.PictureFetcher;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.Probe;
import io.inkstream.server.jobstore.JobStore;
import io.inkstream.server.jobstore.RedisJobStore;
import io.inkstream.server.jobstore.RedisMessages;
import io.inkstream.server.jobstore.RedisPictures;
import io.inkstream.server.jobstore.SqliteJobStore;
import io.inkstream.server.jobstore.StoreKind;
import io.inkstream.server.order.PictureRecord;
import io.inkstream.server.outbound.CheckedClient;
import io.inkstream.server.record.Owner;
import io.inkstream.server.record.RecordFolder;
import io.inkstream.server.refusal.LastResort;
import io.inkstream.server.refusal.Refusals;
import io.inkstream.server.store.PictureStore;
import io.inkstream.server.store.SharedPictures;
import io.inkstream.server.store.StoreFolder;
import io.inkstream.server.store.StoreLimits;
import io.inkstream.server.telemetry.BatchMetrics;
import io.inkstream.server.telemetry.CacheMetrics;
import io.inkstream.server.telemetry.FlightRecords;
import io.inkstream.server.telemetry.ForecastMetrics;
import io.inkstream.server.telemetry.JobMetrics;
import io.inkstream.server.telemetry.JobSpans;
import io.inkstream.server.telemetry.RequestLog;
import io.inkstream.server.telemetry.SglangMetrics;
import io.inkstream.server.telemetry.WebhookMetrics;
import io.inkstream.server.webhook.JobHooks;
import io.inkstream.server.webhook.WebhookSettings;
import io.inkstream.server.webhook.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.vertx.http.HttpServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Puts the server together: one model, one queue.
final class Assembly {
  private static final Logger LOG = Logger.getLogger(Assembly.class);

  // Of batches, where others draw, too: enough to keep them all busy.
  private static final int SHARED_LINES = 32;

  @Produces
  @Singleton
  SettingValues settingValues(Config config) {
    return SettingValues.of(config);
  }

  @Produces
  @Singleton
  EngineSettings engineSettings(SettingValues values) {
    return EngineSettings.from(values);
  }

  @Produces
  @Singleton
  AdapterShelf adapterShelf(EngineSettings engine) {
    return engine.adapters().shelf();
  }

  /// What of the model comes from the Hub. Its configuration is there when this is: it says what
  /// requests get that do not say it.
  @Produces
  @Singleton
  Optional<HubPull> hubPull(EngineSettings engine, SettingValues values)
      throws InterruptedException {
    var pull = HubDownload.of(engine, values, LOG::info);
    if (pull.isPresent()) {
      pull.get().configurations();
    }
    return pull;
  }

  void endPull(@Disposes Optional<HubPull> pull) {
    pull.ifPresent(HubPull::close);
  }

  /// @param pull asked for so that the model's configuration is there
  @Produces
  @Singleton
  ServerSettings serverSettings(
      EngineSettings engine, Optional<HubPull> pull, SettingValues values) {
    return ServerSettings.from(engine.model(), values);
  }

  @Produces
  @Singleton
  OperationSettings operationSettings(SettingValues values) {
    return OperationSettings.from(values);
  }

  @Produces
  @Singleton
  CacheDitSettings cacheDitSettings(SettingValues values, EngineSettings engine) {
    var settings = CacheDitSettings.from(values);
    settings.requireWorksOn(engine.runtime().device());
    return settings;
  }

  @Produces
  @Singleton
  DenoisingSettings denoisingSettings(SettingValues values, CacheDitSettings caching) {
    return DenoisingSettings.from(values, caching);
  }

  @Produces
  @Singleton
  AccessSettings accessSettings(SettingValues values) {
    return AccessSettings.from(values);
  }

  @Produces
  @Singleton
  OutputSettings outputSettings(SettingValues values) {
    return OutputSettings.from(values);
  }

  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }

  @Produces
  @Singleton
  SharedPictures sharedPictures(
      JobSettings settings, OutputSettings output, Instance<Redis> redis) {
    return settings.kind() == StoreKind.REDIS
        ? new RedisSharedPictures(
            new RedisPictures(redis::get, settings.redis(), settings.largestPicture()),
            output.maxAge())
        : SharedPictures.NONE;
  }

  @Produces
  @Singleton
  PictureStore pictureStore(OutputSettings output, SharedPictures shared, InstantSource clock) {
    var folder =
        output
            .path()
            .map(path -> new StoreFolder(path.toAbsolutePath(), false))
            .orElseGet(StoreFolder::temporary);
    return new PictureStore(
        folder, new StoreLimits(output.maxBytes(), output.maxAge()), shared, clock);
  }

  @Produces
  @Singleton
  FileSettings fileSettings(SettingValues values) {
    return FileSettings.from(values);
  }

  @Produces
  @Singleton
  WebhookSettings webhookSettings(SettingValues values) {
    return WebhookValues.from(values);
  }

  /// This process, as long as it looks after records beside the pictures.
  @Produces
  @Singleton
  Owner owner(PictureStore pictures) {
    return new Owner(pictures.folder().path());
  }

  void end(@Disposes Owner owner) {
    owner.close();
  }

  @Produces
  @Singleton
  FileStore fileStore(
      PictureStore pictures, Owner owner, FileSettings settings, InstantSource clock) {
    var records = new RecordFolder(pictures.folder().below("files"), owner);
    return new FileStore(records, settings.limits(), clock);
  }

  @Produces
  @Singleton
  InputSettings inputSettings(SettingValues values) {
    return InputSettings.from(values);
  }

  @Produces
  @Singleton
  InputStore inputStore(
      PictureStore pictures,
      Owner owner,
      FileStore files,
      InputSettings settings,
      InstantSource clock) {
    var records = new RecordFolder(pictures.folder().below("inputs"), owner);
    return new InputStore(new FileStore(records, settings.kept(), clock), files, settings.limits());
  }

  @Produces
  @Singleton
  InputIntake inputIntake(Vertx vertx, InputStore store, InputSettings settings) {
    var fetcher =
        new PictureFetcher(
            vertx,
            settings.networks(),
            CheckedClient.Resolver.SYSTEM,
            settings.fetchTimeout(),
            settings.limits().fileBytes());
    return new InputIntake(vertx, store, fetcher);
  }

  void end(@Disposes InputIntake intake) {
    intake.close();
  }

  @Produces
  @Singleton
  Webhooks webhooks(
      Vertx vertx,
      WebhookSettings settings,
      PictureStore pictures,
      Owner owner,
      MeterRegistry metrics,
      InstantSource clock) {
    var records = new RecordFolder(pictures.folder().below("webhooks"), owner);
    var watcher = new WebhookMetrics(metrics);
    var webhooks = new Webhooks(vertx, settings, records, watcher, clock);
    watcher.watch(webhooks);
    return webhooks;
  }

  void end(@Disposes Webhooks webhooks) {
    webhooks.close();
  }

  @Produces
  @Singleton
  Batches batches(
      PictureStore pictures,
      Owner owner,
      FileStore files,
      FileSettings settings,
      OperationSettings operation,
      LineDrawer drawer,
      Webhooks webhooks,
      MeterRegistry metrics,
      InstantSource clock) {
    var limits =
        new BatchLimits(
            settings.batchRequests(),
            (int) operation.maxBodyBytes(),
            drawer.drawsHere()
                ? operation.queue().maxRunning() + 1 // one is ready when another ends
                : SHARED_LINES,
            settings.limits().age());
    var watcher = new BatchMetrics(metrics);
    var batches =
        new Batches(
            new RecordFolder(pictures.folder().below("batches"), owner),
            files,
            drawer,
            limits,
            watcher,
            new BatchWebhooks(webhooks),
            clock);
    watcher.watch(batches);
    return batches;
  }

  @Produces
  @Singleton
  LastResort lastResort() {
    return LastResort.ofProcess();
  }

  @Produces
  @Singleton
  ModelSlot modelSlot() {
    return new ModelSlot();
  }

  @Produces
  @Singleton
  PictureRecord pictureRecord(
      ServerSettings server, @ConfigProperty(name = "quarkus.application.version") String version) {
    return new PictureRecord(server.model().name(), version);
  }

  @Produces
  @Singleton
  JobQueue jobQueue(
      Vertx vertx,
      ModelSlot model,
      OperationSettings operation,
      PictureRecord record,
      ServerSettings server,
      AdapterShelf adapters,
      MeterRegistry metrics,
      Tracer tracer,
      SettingValues values) {
    var sglang = new SglangMetrics(metrics);
    var watchers =
        new JobMetrics(metrics)
            .andThen(sglang)
            .andThen(new CacheMetrics(metrics))
            .andThen(new ForecastMetrics(metrics))
            .andThen(new FlightRecords())
            .andThen(new LostModel(model))
            .andThen(new JobSpans(tracer, server.model().name()))
            .andThen(requestLog(values));
    var queue = new JobQueue(vertx, model, operation.queue(), record, watchers);
    sglang.watch(queue);
    sglang.watch(adapters);
    return queue;
  }

  private static Consumer<JobEvent> requestLog(SettingValues values) {
    return RequestLogSettings.from(values)
        .<Consumer<JobEvent>>map(log -> new RequestLog(log.level(), log.json()))
        .orElse(_ -> {});
  }

  @Produces
  @Singleton
  JobSettings jobSettings(SettingValues values) {
    return JobSettings.from(values);
  }

  @Produces
  @Singleton
  JobStore jobStore(
      JobSettings settings,
      OutputSettings output,
      HttpServer http,
      Instance<Redis> redis,
      InstantSource clock) {
    return switch (settings.kind()) {
      case MEMORY -> SqliteJobStore.inMemory(settings.rules(), clock);
      case DISK ->
          SqliteJobStore.inFile(() -> jobsFile(settings, output, http), settings.rules(), clock);
      case REDIS -> new RedisJobStore(redis::get, settings.redis(), settings.rules(), clock);
    };
  }

  /// None where no router puts work.
  @Produces
  @Singleton
  Optional<RedisMessages> messages(
      JobSettings settings, Instance<Redis> redis, InstantSource clock) {
    return settings
        .messages()
        .map(place -> new RedisMessages(redis::get, settings.redis(), place, clock));
  }

  void end(@Disposes Optional<RedisMessages> messages) {
    messages.ifPresent(RedisMessages::close);
  }

  /// Among the system's temporary files there may be those of several servers.
  private static Path jobsFile(JobSettings settings, OutputSettings output, HttpServer http) {
    return settings
        .file()
        .or(() -> output.path().map(folder -> folder.resolve("jobs.db")))
        .orElseGet(
            () -> StoreFolder.temporary().path().resolve("jobs-%d.db".formatted(http.getPort())));
  }

  @Produces
  @Singleton
  JobHooks jobHooks(JobStore store, Webhooks webhooks, PictureStore pictures, Owner owner) {
    return new JobHooks(new RecordFolder(pictures.folder().below("hooks"), owner), store, webhooks);
  }

  @Produces
  @Singleton
  JobDesk jobDesk(JobStore store, JobQueue queue) {
    return new JobDesk(store, queue);
  }

  @Produces
  @Singleton
  JobClaims jobClaims(
      JobDesk desk,
      JobQueue queue,
      DrawnPictures pictures,
      InputStore inputs,
      InstantSource clock) {
    return new JobClaims(desk, queue, pictures, inputs, clock);
  }

  @Produces
  @Singleton
  Probe probe(JobQueue queue, OperationSettings operation) {
    return new Probe(queue, operation.healthGood(), Assembly::notDrawn);
  }

  private static void notDrawn(Throwable cause) {
    var refusal = Refusals.of(cause);
    if (refusal.retryAfter().isEmpty() && refusal.status() != 503) {
      LOG.error("a picture that was to show the server's health was not drawn", cause);
    }
  }
}
