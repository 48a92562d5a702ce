package io.inkstream.server.deferred;

import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.StreamedBody;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Takes clients' files in, onto the disk and not into the heap, before [FilesResource] is called.
@Singleton
final class FileUploads implements StreamedBody {
  private static final String PATH = "/v1/files";
  private static final String TAKEN = "inkstream.file";
  // What a form takes beside its file.
  private static final long FORM = 1 << 16;

  // Asked for late: filters are made before there are settings.
  private final Instance<FileStore> store;
  private final Instance<OperationSettings> settings;
  private final Set<FileUpload> coming = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  FileUploads(Instance<FileStore> store, Instance<OperationSettings> settings) {
    this.store = store;
    this.settings = settings;
  }

  /// The file that came with a request.
  static ClientFile taken(ContainerRequestContext request) {
    return (ClientFile) request.getProperty(TAKEN);
  }

  @Override
  public boolean takes(RoutingContext context) {
    return context.request().method().equals(HttpMethod.POST)
        && PATH.equals(context.normalizedPath());
  }

  @Override
  public long most() {
    return store.get().limits().fileBytes() + FORM;
  }

  /// Who sends one now shall hear of it rather than hold the stop up.
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
    coming.forEach(FileUpload::stop);
  }

  @ServerRequestFilter(nonBlocking = true)
  public Uni<Void> take(ContainerRequestContext request, RoutingContext context) {
    if (!takes(context)) {
      return Uni.createFrom().voidItem();
    }
    context.request().pause(); // else each handler that is set would let the body come
    String id = ClientFile.newId();
    return onDisk(context, () -> store.get().draft(id))
        .chain(draft ->
            open(context, draft)
                .chain(file -> take(context, file))
                .map(form -> form(form))
                .chain(form -> onDisk(context, () -> keep(id, draft, form)))
                .onFailure()
                .call(failed -> onDisk(context, () -> discard(draft))))
        .invoke(file -> request.setProperty(TAKEN, file))
        .replaceWithVoid();
  }

  private static Uni<AsyncFile> open(RoutingContext context, Path draft) {
    var options = new OpenOptions().setRead(false).setCreateNew(true).setPerms("rw-------");
    return Uni.createFrom()
        .completionStage(
            () -> context.vertx().fileSystem().open(draft.toString(), options).toCompletionStage());
  }

  private Uni<FileUpload.Taken> take(RoutingContext context, AsyncFile file) {
    return Uni.createFrom().emitter(whole -> take(context, file, whole));
  }

  private void take(
      RoutingContext context, AsyncFile file, UniEmitter<? super FileUpload.Taken> whole) {
    var upload = new FileUpload(context, file, store.get().limits().fileBytes(), whole);
    coming.add(upload);
    upload.take(settings.get().bodyTimeout(), () -> coming.remove(upload));
    if (stopping) {
      upload.stop();
    }
  }

  private static FileForm form(FileUpload.Taken taken) {
    return FileForm.read(
        taken.name().orElseThrow(() -> ApiException.badRequest("file", "file is missing")),
        taken.fields());
  }

  private ClientFile keep(String id, Path draft, FileForm form) {
    return store.get().keep(id, draft, form.name(), form.purpose(), form.age());
  }

  private boolean discard(Path draft) {
    store.get().discard(draft);
    return true;
  }

  /// What follows is back on the request's event loop.
  private static <T> Uni<T> onDisk(RoutingContext context, Callable<T> work) {
    return Uni.createFrom()
        .completionStage(() -> context.vertx().executeBlocking(work, false).toCompletionStage());
  }
}
