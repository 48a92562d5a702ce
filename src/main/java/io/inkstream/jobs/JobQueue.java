package io.inkstream.jobs;

import io.inkstream.jobs.JobState.Completed;
import io.inkstream.jobs.JobState.Queued;
import io.inkstream.pipeline.GenerationRequest;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Admits jobs and runs them in order of arrival, a few at a time, on a worker pool of its own.
///
/// The pool's own queue has no bound, so a job is handed to it only when a worker is free.
public final class JobQueue implements AutoCloseable {
  private static final Duration LONGEST_JOB = Duration.ofHours(6);
  private static final Duration FIRST_GUESS = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WorkerExecutor workers;
  private final ModelSlot model;
  private final int maxRunning;
  private final int maxQueued;

  // Guarded by this. A signal's listeners take this lock, so no signal is given under it.
  private final Queue<ImageJob> waiting = new ArrayDeque<>();
  private final Set<ImageJob> running = new LinkedHashSet<>();
  private Duration lastJob = FIRST_GUESS;
  private boolean draining;

  /// @param maxRunning jobs at once, 1 or more
  /// @param maxQueued jobs that wait beside them
  public JobQueue(Vertx vertx, ModelSlot model, int maxRunning, int maxQueued) {
    this.workers =
        vertx.createSharedWorkerExecutor(
            "inkstream-job", maxRunning, LONGEST_JOB.toSeconds(), TimeUnit.SECONDS);
    this.model = model;
    this.maxRunning = maxRunning;
    this.maxQueued = maxQueued;
  }

  /// Takes a request in. Returns at once; `listener` hears of the rest, on a worker thread (of a
  /// cancellation in the queue, on the thread that cancels). It must not throw.
  ///
  /// @throws ModelNotReadyException while there is no model
  /// @throws io.inkstream.pipeline.InvalidRequestException if the model cannot draw it
  /// @throws QueueFullException if too many wait
  /// @throws ShuttingDownException after [#drain]
  public ImageJob submit(GenerationRequest request, Consumer<ImageEvent> listener) {
    model.require().admit(request);
    var job = new ImageJob(request, listener);
    enqueue(job);
    job.signal().onCancel(() -> withdraw(job));
    startNext();
    return job;
  }

  /// Jobs that wait.
  public synchronized int queued() {
    return waiting.size();
  }

  /// How many jobs are to be started up to and with this one; 0 if it does not wait.
  public synchronized int position(ImageJob job) {
    return List.copyOf(waiting).indexOf(job) + 1;
  }

  /// Jobs that are being drawn.
  public synchronized int running() {
    return running.size();
  }

  /// Takes no new jobs from now on; those taken go on.
  public synchronized void drain() {
    draining = true;
  }

  /// Cancels all jobs and waits until the workers have left the model.
  @Override
  public void close() {
    drain();
    jobs().forEach(ImageJob::cancel);
    awaitIdle();
    workers.close();
  }

  private synchronized void enqueue(ImageJob job) {
    if (draining) {
      throw new ShuttingDownException();
    }
    if (running.size() >= maxRunning && waiting.size() >= maxQueued) {
      throw new QueueFullException(waiting.size(), lastJob);
    }
    waiting.add(job);
  }

  private void withdraw(ImageJob job) {
    boolean waited;
    synchronized (this) {
      waited = waiting.remove(job);
    }
    if (waited && job.state() instanceof Queued queued) {
      job.withdraw(queued);
    }
  }

  private synchronized void startNext() {
    while (running.size() < maxRunning && !waiting.isEmpty()) {
      ImageJob job = waiting.remove();
      running.add(job);
      workers.executeBlocking(() -> run(job), false);
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
    if (job.state() instanceof Completed completed) {
      lastJob = completed.elapsed();
    }
    notifyAll();
  }

  private synchronized List<ImageJob> jobs() {
    return Stream.concat(waiting.stream(), running.stream()).toList();
  }

  private synchronized void awaitIdle() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!running.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new IllegalStateException(running.size() + " jobs do not end when cancelled");
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while jobs end", e);
    }
  }
}
