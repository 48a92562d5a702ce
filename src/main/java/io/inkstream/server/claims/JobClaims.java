package io.inkstream.server.claims;

import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.JobTicket;
import io.inkstream.server.jobstore.Backlog;
import io.inkstream.server.jobstore.Claim;
import io.inkstream.server.jobstore.JobEnd;
import io.inkstream.server.jobstore.JobErrors;
import io.inkstream.server.jobstore.JobStore;
import io.inkstream.server.jobstore.Lane;
import io.inkstream.server.jobstore.Signal;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Claims from the store what this server draws: as many jobs as it draws at once, at most. All of
/// it happens on one thread, which waits for nobody.
public final class JobClaims implements AutoCloseable {
  /// The error's code of a job that nobody wants any more.
  public static final String DEADLINE_PASSED = "deadline_passed";

  private static final Logger LOG = Logger.getLogger(JobClaims.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int TICKS_TO_SWEEP = 10;

  private final JobStore store;
  private final JobDesk desk;
  private final JobQueue queue;
  private final DrawnPictures pictures;
  private final InputLibrary inputs;
  private final InstantSource clock;
  private final String holder = UUID.randomUUID().toString();
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().daemon().name("inkstream-claims").factory(),
          new ThreadPoolExecutor.DiscardPolicy()); // after the end

  // For that thread.
  private final List<ClaimedJob> held = new ArrayList<>();
  private boolean claiming;
  private boolean stopped;
  private boolean saidAway;
  private long renewed = System.nanoTime();
  private int ticks;

  private final LongAdder claims = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private volatile Backlog backlog = Backlog.NONE;

  /// @param inputs where the pictures are that jobs begin with
  public JobClaims(
      JobDesk desk,
      JobQueue queue,
      DrawnPictures pictures,
      InputLibrary inputs,
      InstantSource clock) {
    this.store = desk.store();
    this.desk = desk;
    this.queue = queue;
    this.pictures = pictures;
    this.inputs = inputs;
    this.clock = clock;
  }

  /// `memory`, `disk` or `redis`.
  public String kind() {
    return store.kind();
  }

  /// What there is to do, a moment ago.
  public Backlog backlog() {
    return backlog;
  }

  /// Jobs that this server has claimed.
  public long claims() {
    return claims.sum();
  }

  /// Of those, jobs that had been begun before.
  public long retries() {
    return retries.sum();
  }

  /// Begins to claim, as soon as the queue draws.
  public void start() {
    store.signals().subscribe().with(signal -> thread.execute(() -> hear(signal)));
    var _ =
        thread.scheduleWithFixedDelay(
            this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    var _ = store.backlog().thenAccept(now -> backlog = now);
    if (++ticks % TICKS_TO_SWEEP == 0) {
      var _ =
          store
              .sweep()
              .exceptionally(failure -> {
                sayAway(failure);
                return null;
              });
    }
  }

  private void hear(Signal signal) {
    switch (signal) {
      case Signal.Waiting() -> claimMore();
      case Signal.Cancelling(String id) ->
          List.copyOf(held).stream()
              .filter(job -> job.claim().id().equals(id))
              .forEach(ClaimedJob::cancel);
    }
  }

  /// What is thrown here would be the last tick.
  private void tick() {
    try {
      claimMore();
      look();
      renew();
    } catch (RuntimeException e) {
      sayAway(e);
    }
  }

  private void renew() {
    if (System.nanoTime() - renewed >= store.renewalInterval().toNanos()) {
      renewed = System.nanoTime();
      List.copyOf(held)
          .forEach(job -> {
            var _ = store.renew(job.claim()).thenAccept(job::heard);
          });
    }
  }

  private void claimMore() {
    if (stopped || claiming || held.size() >= queue.slots() || !queue.isOpen()) {
      return;
    }
    claiming = true;
    var _ =
        store
            .claim(holder, desk.claiming())
            .whenCompleteAsync((claim, failure) -> claimed(claim, failure), thread);
  }

  private void claimed(Optional<Claim> claim, @Nullable Throwable failure) {
    claiming = false;
    if (failure != null) {
      sayAway(failure);
    } else if (claim.isPresent()) {
      saidAway = false;
      claims.increment();
      retries.add(claim.get().job().tries() > 0 ? 1 : 0);
      take(claim.get());
      claimMore();
    }
  }

  private void sayAway(Throwable failure) {
    if (!saidAway) {
      LOG.warnf("no jobs are claimed: %s", failure.getMessage());
    }
    saidAway = true;
  }

  private void take(Claim claim) {
    if (stopped) {
      var _ = store.giveBack(claim, Optional.empty());
      return;
    }
    if (claim.job().deadline().filter(clock.instant()::isAfter).isPresent()) {
      end(claim, JobErrors.of("its deadline has passed", "server_error", null, DEADLINE_PASSED));
      return;
    }
    try {
      draw(claim);
    } catch (RuntimeException e) {
      LOG.infof("job %s is not drawn: %s", claim.id(), e.getMessage());
      Refusal refusal = Refusals.of(e);
      if (refusal.retryAfter().isPresent()) {
        untilHeard(() -> store.giveBack(claim, Optional.empty()), () -> {});
      } else {
        end(claim, ClaimedJob.error(refusal));
      }
    }
  }

  private void end(Claim claim, String error) {
    untilHeard(() -> store.end(claim, new JobEnd.Failed(error)), () -> {});
  }

  private void draw(Claim claim) {
    var job =
        new ClaimedJob(
            claim, JobRequest.of(claim.job().payload(), inputs), store, pictures, this::leave);
    held.add(job);
    try {
      Duration waited = Duration.between(claim.job().created(), clock.instant());
      job.drawnBy(
          queue.submit(
              JobTicket.kept(
                  claim.id(),
                  Lane.isBehind(claim.job().lane()),
                  job.request().order(),
                  waited.isNegative() ? Duration.ZERO : waited),
              job));
    } catch (RuntimeException e) {
      held.remove(job);
      throw e;
    }
  }

  /// Its files are kept, if it has any: their heap is others' now.
  private void leave(ClaimedJob job, Supplier<CompletionStage<?>> last) {
    thread.execute(job::cancel);
    untilHeard(
        last,
        () -> {
          held.remove(job);
          claimMore();
        });
  }

  /// A store may be away: what is to be said waits until it is back.
  private void untilHeard(Supplier<CompletionStage<?>> say, Runnable then) {
    var _ =
        say.get()
            .whenComplete((said, failure) -> {
              if (failure == null) {
                thread.execute(then);
              } else {
                thread.schedule(
                    () -> untilHeard(say, then), TICK.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
  }

  /// Claims nothing more, and gives back what has not begun. When it returns, a job that the queue
  /// cancels is given back, too.
  public void stop() {
    if (!thread.isShutdown()) {
      CompletableFuture.runAsync(this::stopHere, thread).join();
    }
  }

  private void stopHere() {
    stopped = true;
    List.copyOf(held).forEach(ClaimedJob::stop);
  }

  /// After the queue has ended: lets watchers go, and closes the store.
  @Override
  public void close() {
    thread.shutdown();
    store.close();
  }
}
