package io.inkstream.server.inputs;

import io.inkstream.server.order.InputReference;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// Looks at pictures before a request is admitted, a few at a time, on workers of its own: what
/// hostile files take, they take here.
public final class InputIntake implements AutoCloseable {
  private final InputStore store;
  private final PictureFetcher fetcher;
  private final WorkerExecutor workers;

  public InputIntake(Vertx vertx, InputStore store, PictureFetcher fetcher) {
    this.store = store;
    this.fetcher = fetcher;
    this.workers = vertx.createSharedWorkerExecutor("picture-intake", store.bounds().readers());
  }

  public InputStore store() {
    return store;
  }

  /// Work that waits for the disk.
  public <T> Uni<T> work(Callable<T> work) {
    return Uni.createFrom()
        .completionStage(() -> workers.executeBlocking(work, false).toCompletionStage());
  }

  /// Keeps pictures, one after the other.
  ///
  /// @param named what a refusal names, `image` or `mask`
  public Uni<List<InputReference>> take(List<InputSource> sources, String named) {
    return Multi.createFrom()
        .iterable(sources)
        .onItem()
        .transformToUniAndConcatenate(source -> take(source, named))
        .collect()
        .asList();
  }

  private Uni<InputReference> take(InputSource source, String named) {
    return switch (source) {
      case InputSource.Brought(String id, Path draft) -> work(() -> store.keep(id, draft, named));
      case InputSource.Filed(String id) -> work(() -> store.find(id, named));
      case InputSource.Linked(String url) -> fetched(url, named);
    };
  }

  private Uni<InputReference> fetched(String url, String named) {
    String id = InputStore.newId();
    return work(() -> store.draft(id))
        .chain(draft ->
            written(url, draft, named)
                .chain(() -> work(() -> store.keep(id, draft, named)))
                .onFailure()
                .call(failed -> work(() -> discarded(draft))));
  }

  private Uni<Boolean> written(String url, Path draft, String named) {
    return DataUrl.is(url)
        ? work(() -> {
          DataUrl.write(url, draft, named);
          return true;
        })
        : Uni.createFrom()
            .completionStage(() -> fetcher.fetch(url, draft, named).toCompletionStage())
            .replaceWith(true);
  }

  private boolean discarded(Path draft) {
    store.discard(draft);
    return true;
  }

  @Override
  public void close() {
    var _ = workers.close();
    fetcher.close();
  }
}
