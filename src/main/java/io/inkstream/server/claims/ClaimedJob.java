package io.inkstream.server.claims;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.inkstream.server.jobstore.Claim;
import io.inkstream.server.jobstore.Hold;
import io.inkstream.server.jobstore.JobEnd;
import io.inkstream.server.jobstore.JobErrors;
import io.inkstream.server.jobstore.JobEvents;
import io.inkstream.server.jobstore.JobStore;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A job that this server has claimed: tells the store what becomes of it.
final class ClaimedJob implements JobReader {
  private static final Logger LOG = Logger.getLogger(ClaimedJob.class);
  private static final int ALL_BUT_DONE = 99;

  private final Claim claim;
  private final JobRequest request;
  private final JobStore store;
  private final DrawnPictures pictures;
  private final Ending ending;
  private volatile @Nullable ImageJob job;
  private volatile @Nullable String result;
  private volatile boolean cancelled;
  private volatile boolean lost;
  private volatile boolean begun;
  private volatile boolean stopping;
  private volatile int progress;

  /// Says something to the store until it hears it, then lets the job go.
  interface Ending {
    void say(ClaimedJob job, Supplier<CompletionStage<?>> last);
  }

  ClaimedJob(
      Claim claim, JobRequest request, JobStore store, DrawnPictures pictures, Ending ending) {
    this.claim = claim;
    this.request = request;
    this.store = store;
    this.pictures = pictures;
    this.ending = ending;
  }

  Claim claim() {
    return claim;
  }

  JobRequest request() {
    return request;
  }

  /// Is drawn, or waits to be, as this job of the queue.
  void drawnBy(ImageJob drawing) {
    job = drawing;
    if (cancelled) {
      drawing.cancel();
    }
  }

  /// What the store says of it.
  void heard(Hold hold) {
    switch (hold) {
      case HELD -> {}
      case CANCELLING -> cancel();
      case LOST -> {
        lost = true;
        cancel();
      }
    }
  }

  void cancel() {
    cancelled = true; // or it is cancelled as soon as it has a job
    if (job instanceof ImageJob drawing) {
      drawing.cancel();
    }
  }

  /// The server stops: what has not begun is given back now, the rest when it is cancelled.
  void stop() {
    stopping = true;
    if (!begun) {
      cancel();
    }
  }

  @Override
  public Set<View> views(int step, int steps) {
    return request.preview().map(Set::of).orElse(Set.of());
  }

  @Override
  public void prepare(Drawn drawn) {
    result = pictures.keep(request, drawn);
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case Started _ -> begin();
      case StageBegan stage -> stage(stage);
      case StepMade step -> step(step);
      case Completed _ -> end(new JobEnd.Completed(String.valueOf(result)));
      case Failed failed -> fail(failed.cause());
      case Cancelled _ -> cancelled();
      case Queued _, StageEnded _, Rejected _ -> {}
    }
  }

  private void begin() {
    begun = true;
    var _ = store.begin(claim).thenAccept(this::heard);
  }

  private void stage(StageBegan began) {
    tell(began, began.stage().name().toLowerCase(Locale.ROOT), began.elapsed(), fields -> {});
  }

  private void step(StepMade made) {
    progress = Math.min(ALL_BUT_DONE, 100 * made.step() / made.steps());
    tell(
        made,
        "denoising",
        made.time().elapsed(),
        fields -> StepFields.put(fields, made, request.preview()));
  }

  private void tell(JobEvent event, String stage, Duration elapsed, Consumer<ObjectNode> more) {
    ObjectNode fields =
        JsonNodeFactory.instance
            .objectNode()
            .put("stage", stage)
            .put("elapsed_s", seconds(elapsed));
    more.accept(fields);
    store.tell(
        claim, progress, JobEvents.progress(claim.id(), event.stamp().at(), progress, fields));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private void cancelled() {
    if (lost) {
      ending.say(this, () -> CompletableFuture.completedFuture(null));
    } else if (stopping) {
      ending.say(this, () -> store.giveBack(claim, Optional.empty()));
    } else {
      end(new JobEnd.Cancelled());
    }
  }

  /// What may go well another time is tried again.
  private void fail(Throwable cause) {
    Refusal refusal = Refusals.of(cause);
    String error = error(refusal);
    if (refusal.isInternal()) {
      LOG.errorf(cause, "job %s failed", claim.id());
    } else {
      LOG.infof("job %s failed: %s", claim.id(), refusal.message());
    }
    if (refusal.isInternal() || refusal.retryAfter().isPresent()) {
      ending.say(this, () -> store.giveBack(claim, Optional.of(error)));
    } else {
      end(new JobEnd.Failed(error));
    }
  }

  /// What OpenAI's error object says of a failure.
  static String error(Refusal refusal) {
    return JobErrors.of(refusal.message(), refusal.type(), refusal.param(), refusal.code());
  }

  private void end(JobEnd how) {
    ending.say(this, () -> store.end(claim, how));
  }
}
