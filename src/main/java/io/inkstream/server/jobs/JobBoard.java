package io.inkstream.server.jobs;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/// The jobs that wait and those that run: who is let in, whose turn it is, and when all have gone.
/// A worker claims a job, and says when it needs the model no more and when it has left it. Safe
/// for any thread.
///
/// A claim is worked out by who claims, over what waits now: a store that servers share can take
/// this place.
final class JobBoard {
  private final QueueSettings settings;
  private final IntSupplier places;
  private final Function<ImageJob, Duration> expected;
  // Guarded by this. A signal's listeners take this lock, so no signal is given under it.
  private final WaitingLine<ImageJob> waiting;
  private final Set<ImageJob> running = new LinkedHashSet<>();
  // Have their last pixels: what is left of them needs no model.
  private final Set<ImageJob> finishing = new LinkedHashSet<>();
  private final HeapRoom heap = new HeapRoom();
  private int placesTaken;
  private boolean closed;

  /// @param places how many jobs the model draws at once
  /// @param expected what a job will take
  JobBoard(QueueSettings settings, IntSupplier places, Function<ImageJob, Duration> expected) {
    this.settings = settings;
    this.places = places;
    this.expected = expected;
    this.waiting =
        new WaitingLine<>(settings.policy(), job -> job.ticket().kind() == JobKind.BATCH);
  }

  /// Lets a job in, and tells it so before anybody can claim it.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if the heap is too small for it
  /// @throws QueueFullException if too many wait
  /// @throws ShuttingDownException after [#close]
  synchronized void add(ImageJob job) {
    if (closed) {
      throw new ShuttingDownException();
    }
    heap.requireFits(job.heap());
    if (takesPlace(job) && placesTaken >= settings.maxRunning() + settings.maxQueued()) {
      throw new QueueFullException(waiting.size(), untilPlaceIsFree());
    }
    job.queue();
    waiting.add(job, System.nanoTime() - job.ticket().waited().toNanos());
    placesTaken += takesPlace(job) ? 1 : 0;
  }

  /// @throws io.inkstream.engine.request.InvalidRequestException if the heap is too small for it
  synchronized void requireFits(JobHeap need) {
    heap.requireFits(need);
  }

  private static boolean takesPlace(ImageJob job) {
    return job.ticket().kind().takesPlace();
  }

  private void leave(ImageJob job) {
    placesTaken -= takesPlace(job) ? 1 : 0;
    notifyAll();
  }

  /// How many jobs are drawn at once, if as many wait.
  int slots() {
    return Math.min(settings.maxRunning(), places.getAsInt());
  }

  /// The first job to end makes room.
  private Duration untilPlaceIsFree() {
    return running.stream().map(expected).min(Duration::compareTo).orElse(Duration.ZERO);
  }

  /// When the next job may be begun, whichever it is: at once, or when the first ends that is
  /// drawn.
  synchronized Duration untilNext() {
    return running.size() < slots() ? Duration.ZERO : untilPlaceIsFree();
  }

  /// The next job, which runs from now on; none if none waits, enough run, or the heap is too short
  /// for it beside those that run and answers that are still to be taken.
  synchronized Optional<ImageJob> claim() {
    if (running.size() >= slots() || running.size() + finishing.size() >= settings.maxWorking()) {
      return Optional.empty();
    }
    var next = waiting.next(System.nanoTime(), expected, heap::take);
    next.ifPresent(running::add);
    return next;
  }

  /// Takes a job out that nobody has claimed.
  ///
  /// @return whether it waited
  synchronized boolean withdraw(ImageJob job) {
    boolean waited = waiting.remove(job);
    if (waited) {
      leave(job);
    }
    return waited;
  }

  /// A claimed job needs the model no more: its last picture is to be encoded, and told of.
  synchronized void handOver(ImageJob job) {
    if (running.remove(job)) {
      finishing.add(job);
    }
  }

  /// A claimed job has been left; its files stay until its answer is taken.
  synchronized void release(ImageJob job) {
    running.remove(job);
    finishing.remove(job);
    heap.set(job, job.heldFiles());
    leave(job);
  }

  /// Nobody wants anything of this job any more; one that runs has its heap until it is released.
  synchronized void giveBack(ImageJob job) {
    if (!running.contains(job) && !finishing.contains(job)) {
      heap.set(job, 0);
    }
  }

  /// Jobs have that much of the Java heap from now on.
  synchronized void limitHeap(long bytes) {
    heap.limit(bytes);
  }

  /// 1 is the next to run, 0 is none that waits.
  synchronized int position(ImageJob job) {
    return waiting.position(job, System.nanoTime(), expected);
  }

  synchronized int queued() {
    return waiting.size();
  }

  synchronized int running() {
    return running.size() + finishing.size();
  }

  /// Those that wait, then those that run.
  synchronized List<ImageJob> jobs() {
    return Stream.of(waiting.stream(), finishing.stream(), running.stream())
        .flatMap(jobs -> jobs)
        .toList();
  }

  /// Lets nobody in from now on.
  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /// @return whether no job is left
  synchronized boolean awaitEmpty(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (running() > 0 || waiting.size() > 0) {
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
