package io.inkstream.server.jobs;

import io.inkstream.server.jobs.JobState.Queued;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The threads that draw. The pool's own queue has no bound, so it is handed a job only when the
/// board has given one away, which it does when a worker is free.
final class Workers implements AutoCloseable {
  private static final Duration LONGEST_JOB = Duration.ofHours(6);

  private final WorkerExecutor pool;
  private final JobBoard board;
  private final ModelSlot model;

  /// @param threads one for each job that is worked on at once
  Workers(Vertx vertx, int threads, JobBoard board, ModelSlot model) {
    this.pool =
        vertx.createSharedWorkerExecutor(
            "inkstream-job", threads, LONGEST_JOB.toSeconds(), TimeUnit.SECONDS);
    this.board = board;
    this.model = model;
  }

  /// There may be something to do.
  void wake() {
    while (board.claim().orElse(null) instanceof ImageJob job) {
      job.home().run(() -> pool.executeBlocking(() -> run(job), false));
    }
  }

  private void handOver(ImageJob job) {
    board.handOver(job);
    wake();
  }

  private boolean run(ImageJob job) {
    try {
      if (job.state() instanceof Queued queued) {
        job.run(queued, model, () -> handOver(job));
      }
      return true;
    } finally {
      board.release(job);
      wake();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
