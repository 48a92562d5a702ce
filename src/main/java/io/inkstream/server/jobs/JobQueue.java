package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.server.jobs.JobState.Queued;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureRecord;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/// Admits jobs and runs them in the order of a [QueuePolicy], a few at a time, on workers of its
/// own.
public final class JobQueue implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ModelSlot model;
  private final QueueSettings settings;
  private final PictureRecord record;
  private final Consumer<JobEvent> watchers;
  private final DrawingHealth health = new DrawingHealth();
  private final Savings savings = new Savings();
  private final Pace pace = new Pace();
  private final JobBoard board;
  private final Workers workers;

  /// @param record what pictures' files say of how they were drawn
  /// @param watcher hears of every job
  public JobQueue(
      Vertx vertx,
      ModelSlot model,
      QueueSettings settings,
      PictureRecord record,
      Consumer<JobEvent> watcher) {
    this.model = model;
    this.settings = settings;
    this.record = record;
    this.watchers = pace.andThen(health).andThen(watcher);
    this.board = new JobBoard(settings, model::places, job -> pace.expected(job.work().left()));
    this.workers = new Workers(vertx, settings.maxWorking(), board, model);
  }

  /// The same for a client who wants to see nothing on the way.
  public ImageJob submit(Order order, Consumer<JobEvent> reader) {
    return submit(order, JobKind.REQUEST, JobReader.of(reader));
  }

  /// Takes an order in. Who has what he wants cancels the job: its files' heap is others' then.
  /// Returns at once. `reader` hears that it waits on this thread and of the rest on a worker (of a
  /// cancellation in the queue, on the thread that cancels); of an order that is not taken in,
  /// nothing.
  ///
  /// @throws ModelNotReadyException while there is no model
  /// @throws io.inkstream.engine.request.InvalidRequestException if the model cannot draw it, or
  ///   the heap is too small for it
  /// @throws QueueFullException if too many wait
  /// @throws ShuttingDownException after [#drain]
  public ImageJob submit(Order order, JobKind kind, JobReader reader) {
    return submit(JobTicket.of(kind, order), reader);
  }

  /// The same with a name, and with what it has waited elsewhere.
  public ImageJob submit(JobTicket ticket, JobReader reader) {
    Order order = ticket.order();
    ImageJob job;
    try {
      var admitted = model.require().admit(ticket.request());
      var heap = heap(admitted, order, reader);
      job = new ImageJob(ticket, admitted, savings, new JobJournal(ticket, watchers), record, heap);
      job.subscribe(reader);
      board.add(job);
    } catch (RuntimeException e) {
      watchers.accept(new JobEvent.Rejected(ticket, e));
      throw e;
    }
    job.signal().onCancel(() -> withdraw(job));
    workers.wake();
    return job;
  }

  /// What the model can be asked to do.
  ///
  /// @throws ModelNotReadyException while there is none
  Set<Task> tasks() {
    return model.require().tasks();
  }

  /// How much there is to draw of an order, in units of [Work], were it submitted.
  ///
  /// @throws RuntimeException as [#submit], but for a queue that is full
  public double appraise(Order order) {
    requireOpen();
    var admitted = model.require().admit(order.drawing());
    var reader = JobReader.of(event -> {});
    board.requireFits(heap(admitted, order, reader));
    return new Work(admitted, savings).left();
  }

  private JobHeap heap(AdmittedRequest admitted, Order order, JobReader reader) {
    int atOnce = Math.clamp(model.replicas().size(), 1, admitted.mostParts());
    return JobHeap.of(admitted.load(), atOnce, order.output().encoder(), reader);
  }

  /// How long so much work takes here.
  public Duration expected(double work) {
    return pace.expected(work);
  }

  /// When a job will be begun that has so much work before it, beside what is drawn now, if only
  /// this queue draws that.
  public Duration untilStart(double workAhead) {
    return board.untilNext().plus(expected(workAhead).dividedBy(board.slots()));
  }

  /// What a job's right to be the next is, by this queue's policy: the greatest is next.
  public double claim(double work, Duration waited) {
    return settings.policy().claim(waited, expected(work));
  }

  /// Whether jobs are drawn now: there is a model, and the server does not stop.
  public boolean isOpen() {
    return model.canDraw() && !isDraining();
  }

  /// Asks whether a job would be drawn now.
  ///
  /// @throws RuntimeException as [#submit], but for what the job itself is refused for
  void requireOpen() {
    var _ = model.require();
    if (isDraining()) {
      throw new ShuttingDownException();
    }
  }

  private void withdraw(ImageJob job) {
    if (board.withdraw(job) && job.state() instanceof Queued queued) {
      job.withdraw(queued);
    }
    board.giveBack(job);
    workers.wake();
  }

  /// Measures the heap that jobs may have: to be called when all is loaded and nothing is drawn.
  public void measureHeap() {
    limitHeap(HeapRoom.measure());
  }

  void limitHeap(long bytes) {
    board.limitHeap(bytes);
  }

  /// Where a job stands in the queue: 1 is the next to run, 0 is none that waits. Jobs that come
  /// later may pass it.
  public int position(ImageJob job) {
    return board.position(job);
  }

  /// Jobs that wait.
  public int queued() {
    return board.queued();
  }

  /// Jobs that are being drawn.
  public int running() {
    return board.running();
  }

  /// Jobs that are drawn at once: fewer than were set while a card is lost.
  public int slots() {
    return board.slots();
  }

  /// Whether pictures are drawn.
  public DrawingHealth health() {
    return health;
  }

  public QueueSettings settings() {
    return settings;
  }

  /// Takes no new jobs from now on; those taken go on, all but a warm-up, which nobody needs now,
  /// and requests of batches that wait, which the next process draws.
  public void drain() {
    board.close();
    board.jobs().stream().filter(JobQueue::canWait).forEach(ImageJob::cancel);
  }

  private static boolean canWait(ImageJob job) {
    return switch (job.ticket().kind()) {
      case WARM_UP -> true;
      case BATCH -> job.state() instanceof Queued;
      case REQUEST, KEPT, PROBE -> false;
    };
  }

  public boolean isDraining() {
    return board.isClosed();
  }

  /// Drains, and returns when all jobs have ended; those that have not ended in time are cancelled.
  ///
  /// @throws IllegalStateException if jobs do not end when cancelled
  public void finish(Duration time) {
    drain();
    if (board.awaitEmpty(time)) {
      return;
    }
    board.jobs().forEach(ImageJob::cancel);
    if (!board.awaitEmpty(PATIENCE)) {
      throw new IllegalStateException(running() + " jobs do not end when cancelled");
    }
  }

  /// Cancels all jobs and waits until the workers have left the model.
  @Override
  public void close() {
    finish(Duration.ZERO);
    workers.close();
  }
}
