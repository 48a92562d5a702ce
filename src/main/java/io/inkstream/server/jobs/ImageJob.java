package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.JobState.Queued;
import io.inkstream.server.jobs.JobState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// One admitted request. Safe for any thread.
public final class ImageJob {
  private static final Logger LOG = Logger.getLogger(ImageJob.class);

  private final String id = UUID.randomUUID().toString();
  private final AdmittedRequest admitted;
  private final JobKind kind;
  private final Consumer<ImageEvent> listener;
  private final CancellationSignal signal = new CancellationSignal();
  private final HomeContext home = HomeContext.current();
  private volatile JobState state = new Queued(Instant.now());
  private volatile int stepsMade;
  private JobWatch watch = JobWatch.NONE; // written before any other thread sees the job

  ImageJob(AdmittedRequest admitted, JobKind kind, Consumer<ImageEvent> listener) {
    this.admitted = admitted;
    this.kind = kind;
    this.listener = listener;
  }

  /// A name that cannot be guessed.
  public String id() {
    return id;
  }

  public GenerationRequest request() {
    return admitted.request();
  }

  AdmittedRequest admitted() {
    return admitted;
  }

  public JobKind kind() {
    return kind;
  }

  public JobState state() {
    return state;
  }

  /// Ends the job soon, wherever it is; after its end, does nothing.
  public void cancel() {
    signal.cancel();
  }

  HomeContext home() {
    return home;
  }

  CancellationSignal signal() {
    return signal;
  }

  void watchedBy(JobWatch watch) {
    this.watch = watch;
  }

  /// What is left to draw, in units of [Work].
  double unitsLeft() {
    double left = 1 - (double) stepsMade / admitted.load().steps();
    return Work.units(admitted.load()) * left;
  }

  /// Leaves the queue without having run.
  void withdraw(Queued queued) {
    state = queued.cancel(Instant.now());
    try {
      listener.accept(new ImageEvent.Cancelled());
    } finally {
      watch.ended(state);
    }
  }

  /// Draws on the calling thread, to the last event.
  void run(Queued queued, ModelSlot model) {
    Running running = queued.start(Instant.now());
    state = running;
    watch.started(Duration.between(queued.since(), running.since()));
    try {
      listener.accept(draw(running, model));
    } finally {
      watch.ended(state);
    }
  }

  private ImageEvent draw(Running running, ModelSlot model) {
    try (var clock = new StageClock(watch)) {
      signal.throwIfCancelled();
      var generator = model.require();
      var did = new DrawingJournal();
      var progress = new JobProgress(running, listener);
      var heard = did.andThen(clock).andThen(this::count).andThen(progress);
      return completed(running, generator.generate(admitted, heard, signal), did);
    } catch (CancelledException e) {
      state = running.cancel(Instant.now());
      return new ImageEvent.Cancelled();
    } catch (Throwable e) { // an OutOfMemoryError is the request's failure too, not the server's
      state = running.fail(Instant.now(), e);
      return new ImageEvent.Failed(e);
    }
  }

  private ImageEvent completed(Running running, List<GeneratedImage> images, DrawingJournal did) {
    var completed = running.complete(Instant.now());
    state = completed;
    Stream.of(did.cache(), did.forecast())
        .flatMap(Optional::stream)
        .forEach(
            line -> LOG.infof("drawn in %.1f s: %s", completed.elapsed().toMillis() / 1e3, line));
    return new ImageEvent.Completed(
        images, completed.elapsed(), did.cache(), did.forecast(), did.tokens());
  }

  private void count(DrawingEvent event) {
    if (event instanceof StepMade step) {
      stepsMade = step.step();
    }
  }
}
