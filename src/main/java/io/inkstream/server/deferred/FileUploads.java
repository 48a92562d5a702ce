package io.inkstream.server.deferred;

import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.DiskUpload;
import io.inkstream.server.http.DiskUploads;
import io.inkstream.server.http.StreamedBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Takes clients' files in, onto the disk and not into the heap, before [FilesResource] is called.
@Singleton
final class FileUploads implements StreamedBody {
  private static final String PATH = "/v1/files";
  private static final String TAKEN = "inkstream.file";
  // What a form takes beside its file.
  private static final long FORM = 1 << 16;
  private static final String UNNAMED = "upload";

  // Asked for late: filters are made before there are settings.
  private final Instance<FileStore> store;
  private final DiskUploads uploads;

  FileUploads(Instance<FileStore> store, DiskUploads uploads) {
    this.store = store;
    this.uploads = uploads;
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

  @ServerRequestFilter(nonBlocking = true)
  public Uni<Void> take(ContainerRequestContext request, RoutingContext context) {
    if (!takes(context)) {
      return Uni.createFrom().voidItem();
    }
    context.request().pause(); // else each handler that is set would let the body come
    String id = ClientFile.newId();
    return onDisk(context, () -> store.get().draft(id))
        .chain(draft ->
            uploads
                .take(context, true, new FileShelf(draft, store.get().limits().fileBytes()))
                .map(FileUploads::form)
                .chain(form -> onDisk(context, () -> keep(id, draft, form)))
                .onFailure()
                .call(failed -> onDisk(context, () -> discard(draft))))
        .invoke(file -> request.setProperty(TAKEN, file))
        .replaceWithVoid();
  }

  private static FileForm form(DiskUpload.Taken taken) {
    if (taken.parts().isEmpty()) {
      throw ApiException.badRequest("file", "file is missing");
    }
    String name = taken.parts().getFirst().filename();
    return FileForm.read(name.isBlank() ? UNNAMED : name, taken.fields());
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
