package io.inkstream.server.http;

import io.inkstream.server.config.OperationSettings;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The bodies that are on their way to disk. A server that stops waits for none.
@Singleton
public final class DiskUploads {
  // Asked for late: filters are made before there are settings.
  private final Instance<OperationSettings> settings;
  private final Set<DiskUpload> coming = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  DiskUploads(Instance<OperationSettings> settings) {
    this.settings = settings;
  }

  /// Who sends one now shall hear of it rather than hold the stop up.
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
    coming.forEach(DiskUpload::stop);
  }

  /// Takes a body in that has been paused.
  ///
  /// @param form whether it is a form
  /// @return what has come when all of it is on the disk, or the reason why not; then some of the
  ///   shelf's files may be there, or half, and no more come
  public Uni<DiskUpload.Taken> take(RoutingContext context, boolean form, DiskUpload.Shelf shelf) {
    return Uni.createFrom()
        .emitter(whole -> {
          var upload = new DiskUpload(context, shelf, whole);
          coming.add(upload);
          upload.take(form, settings.get().bodyTimeout(), () -> coming.remove(upload));
          if (stopping) {
            upload.stop();
          }
        });
  }
}
