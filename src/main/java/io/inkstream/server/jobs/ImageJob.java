package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.JobEvent.Cancelled;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Stamp;
import io.inkstream.server.jobs.JobState.Ended;
import io.inkstream.server.jobs.JobState.Queued;
import io.inkstream.server.jobs.JobState.Running;
import io.inkstream.server.order.PictureRecord;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// One admitted request. Safe for any thread.
public final class ImageJob {
  private static final Logger LOG = Logger.getLogger(ImageJob.class);

  private final JobTicket ticket;
  private final AdmittedRequest admitted;
  private final Work work;
  private final JobJournal journal;
  private final PictureRecord record;
  private final JobHeap heap;
  private final CancellationSignal signal = new CancellationSignal();
  private final HomeContext home = HomeContext.current();
  private final AtomicInteger decoded = new AtomicInteger();
  private volatile JobState state = new Queued();

  /// @param savings of the queue's jobs
  /// @param record what its files say of how they were drawn
  ImageJob(
      JobTicket ticket,
      AdmittedRequest admitted,
      Savings savings,
      JobJournal journal,
      PictureRecord record,
      JobHeap heap) {
    this.ticket = ticket;
    this.admitted = admitted;
    this.work = new Work(admitted, savings);
    this.journal = journal;
    this.record = record;
    this.heap = heap;
  }

  public JobTicket ticket() {
    return ticket;
  }

  public JobState state() {
    return state;
  }

  /// Tells the reader what has happened so far, of steps only the newest, and then what happens.
  /// The events come in turn, those of now on the thread where they happen; so this call may wait
  /// for another reader that is just being told of one.
  public void subscribe(JobReader reader) {
    journal.subscribe(reader);
  }

  /// Tells it nothing more. The job goes on.
  public void unsubscribe(JobReader reader) {
    journal.unsubscribe(reader);
  }

  /// Nobody wants anything more of it: ends the job soon, wherever it is; after its end, gives back
  /// the heap that its files have.
  public void cancel() {
    signal.cancel();
  }

  HomeContext home() {
    return home;
  }

  CancellationSignal signal() {
    return signal;
  }

  /// What it takes of the Java heap.
  JobHeap heap() {
    return heap;
  }

  /// What its files take after its end, if somebody is to get them.
  long heldFiles() {
    return ticket.kind().isClients()
            && !signal.isCancelled()
            && state instanceof Ended(Completed completed)
        ? completed.drawn().bytes()
        : 0;
  }

  /// What is to draw.
  Work work() {
    return work;
  }

  /// Has its place in the queue.
  void queue() {
    journal.tell(JobEvent.Queued::new);
  }

  /// Leaves the queue without having run.
  void withdraw(Queued queued) {
    journal.tell(stamp -> end(queued.cancel(new Cancelled(stamp))));
  }

  /// Draws on the calling thread, to the last event.
  ///
  /// @param handOver to be called when all has been decoded: another job may have the model
  void run(Queued queued, ModelSlot model, Runnable handOver) {
    Running running = queued.start();
    state = running;
    journal.tell(JobEvent.Started::new);
    Function<Stamp, End> how = draw(model, handOver);
    journal.tell(stamp -> end(running.end(how.apply(stamp))));
  }

  private End end(Ended ended) {
    state = ended;
    return ended.how();
  }

  private Function<Stamp, End> draw(ModelSlot model, Runnable handOver) {
    try (var drawing = new JobDrawing(journal, work)) {
      signal.throwIfCancelled();
      var did = new DrawingJournal();
      var heard = did.andThen(this::count).andThen(drawing);
      var pictures =
          model.require().generate(admitted, heard, signal, image -> finish(image, did, handOver));
      var drawn = new Drawn(pictures, drawing.elapsed(), did.cache(), did.forecast(), did.tokens());
      journal.prepare(drawn);
      log(drawn);
      return stamp -> new Completed(stamp, drawn);
    } catch (CancelledException e) {
      return Cancelled::new;
    } catch (Throwable e) { // an OutOfMemoryError is the request's failure too, not the server's
      return stamp -> new Failed(stamp, e);
    }
  }

  /// The cache or the forecast has done its work by now. Pictures that are drawn at once may come
  /// at once.
  private FinishedPicture finish(GeneratedImage image, DrawingJournal did, Runnable handOver) {
    if (decoded.incrementAndGet() == admitted.load().pictures()) {
      handOver.run();
    }
    var order = ticket.order();
    var texts = record.texts(order, image, did.cache(), did.forecast());
    byte[] file = order.output().encoder().encode(image.pixels(), texts);
    return FinishedPicture.of(image, order.output().encoder(), file);
  }

  private static void log(Drawn drawn) {
    Stream.of(drawn.cache(), drawn.forecast())
        .flatMap(made -> made.stream())
        .forEach(line -> LOG.infof("drawn in %.1f s: %s", drawn.elapsed().toMillis() / 1e3, line));
  }

  private void count(DrawingEvent event) {
    switch (event) {
      case StepMade step -> work.made(step);
      case BegunAgain _ -> {
        work.beginAgain();
        decoded.set(0);
      }
      case StageBegan _, PromptsRead _, CacheUsed _, ForecastUsed _ -> {}
    }
  }
}
