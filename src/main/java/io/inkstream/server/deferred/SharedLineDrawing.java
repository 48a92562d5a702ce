package io.inkstream.server.deferred;

import io.inkstream.server.api.ImageOrder;
import io.inkstream.server.batch.LineAnswer;
import io.inkstream.server.batch.LineDrawer;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.jobstore.Acceptance;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One request of a batch as a job that all servers share. Its name is the request's: a process
/// that goes on with the batch of one that has died finds it where it is.
final class SharedLineDrawing implements LineDrawer.Drawing {
  private static final Logger LOG = Logger.getLogger(SharedLineDrawing.class);

  private final String id;
  private final JobDesk desk;
  private final SharedLineAnswers answers;
  private final Function<Throwable, LineAnswer> refusing;
  private final CompletableFuture<LineAnswer> answer = new CompletableFuture<>();
  private volatile @Nullable StoredJob ended;

  /// @param name of the request
  /// @param refusing what an answer says of a failure
  SharedLineDrawing(
      String name,
      JobDesk desk,
      SharedLineAnswers answers,
      Function<Throwable, LineAnswer> refusing) {
    this.id = "line-" + name;
    this.desk = desk;
    this.answers = answers;
    this.refusing = refusing;
  }

  /// @param base where links begin
  void draw(ImageOrder order, URI base) {
    var request =
        new JobRequest(
            order.order(), order.quality(), order.links().isEmpty(), base, Optional.empty());
    String print = JobNames.digest(request.toPayload());
    var _ =
        Uni.createFrom()
            .completionStage(() -> desk.acceptBehind(id, print, request))
            .map(SharedLineDrawing::job)
            .chain(job -> desk.ended(job.id()))
            .emitOn(Infrastructure.getDefaultWorkerPool())
            .map(this::answer)
            .subscribe()
            .with(this::end, failure -> end(refusing.apply(failure)));
  }

  private static StoredJob job(Acceptance accepted) {
    return switch (accepted) {
      case Acceptance.Taken(StoredJob job) -> job;
      case Acceptance.Known(StoredJob job) -> job;
      case Acceptance.Conflict(StoredJob job) -> job; // a version before has written it otherwise
      case Acceptance.Full(int waiting) ->
          throw new IllegalStateException("who waits behind all others takes no place: " + waiting);
    };
  }

  private LineAnswer answer(Lookup found) {
    if (!(found instanceof Lookup.Kept(StoredJob job))) {
      return SharedLineAnswers.LOST;
    }
    ended = job.status().isEnd() ? job : null;
    return answers.of(job);
  }

  void end(LineAnswer how) {
    var _ = answer.complete(how);
  }

  @Override
  public CompletableFuture<LineAnswer> answer() {
    return answer;
  }

  @Override
  public void close() {
    if (ended instanceof StoredJob job) {
      answers.forget(job);
      said(desk.store().delete(id), "forgotten");
    } else {
      said(desk.store().cancel(id), "cancelled");
    }
  }

  private void said(CompletionStage<Lookup> stage, String what) {
    var _ =
        stage.exceptionally(failure -> {
          LOG.debugf("%s is not %s: %s", id, what, failure.getMessage());
          return new Lookup.Unknown();
        });
  }
}
