package io.inkstream.jobs;

import io.inkstream.cache.CacheSummary;
import io.inkstream.forecast.ForecastSummary;
import io.inkstream.jobs.JobState.Queued;
import io.inkstream.jobs.JobState.Running;
import io.inkstream.pipeline.CacheJournal;
import io.inkstream.pipeline.ForecastJournal;
import io.inkstream.pipeline.GeneratedImage;
import io.inkstream.pipeline.GenerationRequest;
import io.inkstream.pipeline.StepListener;
import io.inkstream.runtime.CancellationSignal;
import io.inkstream.runtime.CancelledException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// One admitted request. Safe for any thread.
public final class ImageJob {
  private static final Logger LOG = Logger.getLogger(ImageJob.class);

  private final GenerationRequest request;
  private final Consumer<ImageEvent> listener;
  private final CancellationSignal signal = new CancellationSignal();
  private volatile JobState state = new Queued(Instant.now());

  ImageJob(GenerationRequest request, Consumer<ImageEvent> listener) {
    this.request = request;
    this.listener = listener;
  }

  public JobState state() {
    return state;
  }

  /// Ends the job soon, wherever it is; after its end, does nothing.
  public void cancel() {
    signal.cancel();
  }

  CancellationSignal signal() {
    return signal;
  }

  /// Leaves the queue without having run.
  void withdraw(Queued queued) {
    state = queued.cancel(Instant.now());
    listener.accept(new ImageEvent.Cancelled());
  }

  /// Draws on the calling thread, to the last event.
  void run(Queued queued, ModelSlot model) {
    Running running = queued.start(Instant.now());
    state = running;
    listener.accept(draw(running, model));
  }

  private ImageEvent draw(Running running, ModelSlot model) {
    try {
      signal.throwIfCancelled();
      var generator = model.require();
      var journal = new CacheJournal();
      var forecast = new ForecastJournal();
      var listener = journal.and(forecast).and(progress(running));
      var images = generator.generate(request, listener, signal);
      var cache = journal.summary(generator.transformerBlocks());
      return completed(running, images, cache, forecast.summary());
    } catch (CancelledException e) {
      state = running.cancel(Instant.now());
      return new ImageEvent.Cancelled();
    } catch (Throwable e) { // an OutOfMemoryError is the request's failure too, not the server's
      state = running.fail(Instant.now(), e);
      return new ImageEvent.Failed(e);
    }
  }

  private ImageEvent completed(
      Running running,
      List<GeneratedImage> images,
      Optional<CacheSummary> cache,
      Optional<ForecastSummary> forecast) {
    var completed = running.complete(Instant.now());
    state = completed;
    Stream.of(cache, forecast)
        .flatMap(Optional::stream)
        .forEach(
            did -> LOG.infof("drawn in %.1f s: %s", completed.elapsed().toMillis() / 1e3, did));
    return new ImageEvent.Completed(images, completed.elapsed(), cache, forecast);
  }

  private StepListener progress(Running running) {
    return new StepListener() {
      @Override
      public void onStep(Step step) {
        var elapsed = Duration.between(running.since(), Instant.now());
        listener.accept(
            new ImageEvent.Progress(
                step.step(), step.steps(), elapsed, step.cache(), step.forecast()));
      }
    };
  }
}
