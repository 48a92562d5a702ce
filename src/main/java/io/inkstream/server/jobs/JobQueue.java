package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.server.jobs.JobState.Queued;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Admits jobs and runs them in the order of a [QueuePolicy], a few at a time, on a worker pool of
/// its own.
///
/// The pool's own queue has no bound, so a job is handed to it only when a worker is free.
public final class JobQueue implements AutoCloseable {
  private static final Duration LONGEST_JOB = Duration.ofHours(6);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WorkerExecutor workers;
  private final ModelSlot model;
  private final QueueSettings settings;
  private final Pace pace = new Pace();
  private final JobObserver observer;

  // Guarded by this. A signal's listeners take this lock, so no signal is given under it.
  private final WaitingLine<ImageJob> waiting;
  private final Set<ImageJob> running = new LinkedHashSet<>();
  private boolean draining;

  /// @param observer hears of every job
  public JobQueue(Vertx vertx, ModelSlot model, QueueSettings settings, JobObserver observer) {
    this.workers =
        vertx.createSharedWorkerExecutor(
            "inkstream-job", settings.maxRunning(), LONGEST_JOB.toSeconds(), TimeUnit.SECONDS);
    this.model = model;
    this.settings = settings;
    this.observer = JobObserver.all(List.of(pace, observer));
    this.waiting = new WaitingLine<>(settings.policy());
  }

  /// Takes a request in. Returns at once; `listener` hears of the rest, on a worker thread (of a
  /// cancellation in the queue, on the thread that cancels). It must not throw.
  ///
  /// @throws ModelNotReadyException while there is no model
  /// @throws io.inkstream.engine.pipeline.InvalidRequestException if the model cannot draw it
  /// @throws QueueFullException if too many wait
  /// @throws ShuttingDownException after [#drain]
  public ImageJob submit(GenerationRequest request, Consumer<ImageEvent> listener) {
    return submit(request, JobKind.REQUEST, listener);
  }

  /// The same for another [JobKind].
  public ImageJob submit(GenerationRequest request, JobKind kind, Consumer<ImageEvent> listener) {
    ImageJob job;
    try {
      job = new ImageJob(model.require().admit(request), kind, listener);
      enqueue(job);
    } catch (RuntimeException e) {
      observer.rejected(kind, Rejection.of(e));
      throw e;
    }
    job.signal().onCancel(() -> withdraw(job));
    startNext();
    return job;
  }

  /// Where a job stands in the queue: 1 is the next to run, 0 is none that waits. Jobs that come
  /// later may pass it.
  public synchronized int position(ImageJob job) {
    return waiting.inOrder(Instant.now(), this::expected).indexOf(job) + 1;
  }

  /// Jobs that wait.
  public synchronized int queued() {
    return waiting.size();
  }

  /// Jobs that are being drawn.
  public synchronized int running() {
    return running.size();
  }

  public QueueSettings settings() {
    return settings;
  }

  /// Takes no new jobs from now on; those taken go on, all but a warm-up, which nobody needs now.
  public void drain() {
    List<ImageJob> pointless;
    synchronized (this) {
      draining = true;
      pointless = jobs().stream().filter(job -> job.kind() == JobKind.WARM_UP).toList();
    }
    pointless.forEach(ImageJob::cancel);
  }

  public synchronized boolean isDraining() {
    return draining;
  }

  /// Drains, and returns when all jobs have ended; those that have not ended in time are cancelled.
  ///
  /// @throws IllegalStateException if jobs do not end when cancelled
  public void finish(Duration time) {
    drain();
    if (awaitIdle(time)) {
      return;
    }
    jobs().forEach(ImageJob::cancel);
    if (!awaitIdle(PATIENCE)) {
      throw new IllegalStateException(running() + " jobs do not end when cancelled");
    }
  }

  /// Cancels all jobs and waits until the workers have left the model.
  @Override
  public void close() {
    finish(Duration.ZERO);
    workers.close();
  }

  private Duration expected(ImageJob job) {
    return pace.expected(job.unitsLeft());
  }

  private synchronized void enqueue(ImageJob job) {
    if (draining) {
      throw new ShuttingDownException();
    }
    if (running.size() >= settings.maxRunning() && waiting.size() >= settings.maxQueued()) {
      throw new QueueFullException(waiting.size(), untilPlaceIsFree());
    }
    job.watchedBy(observer.admitted(job));
    waiting.add(job, Instant.now());
  }

  /// The first job to end makes room.
  private Duration untilPlaceIsFree() {
    return running.stream().map(this::expected).min(Duration::compareTo).orElse(Duration.ZERO);
  }

  private void withdraw(ImageJob job) {
    boolean waited;
    synchronized (this) {
      waited = waiting.remove(job);
      notifyAll();
    }
    if (waited && job.state() instanceof Queued queued) {
      job.withdraw(queued);
    }
  }

  private synchronized void startNext() {
    while (running.size() < settings.maxRunning() && !waiting.isEmpty()) {
      ImageJob job = waiting.next(Instant.now(), this::expected).orElseThrow();
      running.add(job);
      job.home().run(() -> workers.executeBlocking(() -> run(job), false));
    }
  }

  private boolean run(ImageJob job) {
    try {
      if (job.state() instanceof Queued queued) {
        job.run(queued, model);
      }
      return true;
    } finally {
      ended(job);
      startNext();
    }
  }

  private synchronized void ended(ImageJob job) {
    running.remove(job);
    notifyAll();
  }

  private synchronized List<ImageJob> jobs() {
    return Stream.concat(waiting.stream(), running.stream()).toList();
  }

  /// @return whether no job is left
  private synchronized boolean awaitIdle(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (!running.isEmpty() || !waiting.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while jobs end", e);
    }
  }
}
