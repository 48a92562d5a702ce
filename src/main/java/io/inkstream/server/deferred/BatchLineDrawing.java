package io.inkstream.server.deferred;

import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.api.ImageOrder;
import io.inkstream.server.api.ImagesResponseWriter;
import io.inkstream.server.batch.LineAnswer;
import io.inkstream.server.batch.LineDrawer;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.jobs.Drawn;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Cancelled;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobReader;
import io.inkstream.server.jobs.View;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request of a batch in the queue.
final class BatchLineDrawing implements LineDrawer.Drawing, JobReader {
  private final ImagesResponseWriter writer;
  private final Function<Throwable, LineAnswer> refusing;
  private final CompletableFuture<LineAnswer> answer = new CompletableFuture<>();
  private volatile @Nullable ImageOrder order;
  private volatile @Nullable ImageJob job;
  private volatile boolean closed;
  private Optional<Chunks> body = Optional.empty();

  /// @param refusing what an answer says of a failure
  BatchLineDrawing(ImagesResponseWriter writer, Function<Throwable, LineAnswer> refusing) {
    this.writer = writer;
    this.refusing = refusing;
  }

  void drawnBy(ImageOrder order, Function<JobReader, ImageJob> queue) {
    this.order = order;
    ImageJob submitted = queue.apply(this);
    job = submitted;
    if (closed) {
      submitted.cancel();
    }
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
    closed = true;
    if (job instanceof ImageJob submitted) {
      submitted.cancel();
    }
  }

  @Override
  public Set<View> views(int step, int steps) {
    return Set.of();
  }

  @Override
  public void prepare(Drawn drawn) {
    if (order instanceof ImageOrder wanted) {
      body = Optional.of(writer.write(wanted, drawn));
    }
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case Completed _ -> end(new LineAnswer.Drawn(body.orElseThrow()));
      case Failed failed -> end(refusing.apply(failed.cause()));
      case Cancelled _ -> end(refusing.apply(new CancelledException()));
      case Queued _, Started _, StageBegan _, StageEnded _, StepMade _, Rejected _ -> {}
    }
  }
}
