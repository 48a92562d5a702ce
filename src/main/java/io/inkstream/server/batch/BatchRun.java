package io.inkstream.server.batch;

import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.record.RecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// One batch from its file to its answers, on a thread of its own. It begins where an earlier
/// process has left it.
final class BatchRun implements Runnable {
  private static final Logger LOG = Logger.getLogger(BatchRun.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration DISK_WAIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(5);
  private static final List<BatchError> NO_INPUT =
      List.of(BatchError.ofFile("invalid_file", "The input file is not there any more"));

  private final BatchBook book;
  private final FileStore files;
  private final LineDrawer drawer;
  private final BatchLimits limits;
  private final Semaphore slots;
  private final Consumer<BatchEvent> watcher;
  private final Consumer<Batch> ending;
  private final InstantSource clock;
  // Nothing more is begun, and what is drawn is not waited for.
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean draining;
  private volatile boolean cancelled;
  private volatile Batch batch;
  private volatile OpenDrawings drawings = new OpenDrawings();
  private volatile long left;
  // For its own thread.
  private long noted = System.nanoTime();

  /// @param slots of all batches: a request that is drawn or waits has one
  /// @param ending is told of the end before it is written down
  BatchRun(
      Batch batch,
      BatchBook book,
      FileStore files,
      LineDrawer drawer,
      BatchLimits limits,
      Semaphore slots,
      Consumer<BatchEvent> watcher,
      Consumer<Batch> ending,
      InstantSource clock) {
    this.batch = batch;
    this.book = book;
    this.files = files;
    this.drawer = drawer;
    this.limits = limits;
    this.slots = slots;
    this.watcher = watcher;
    this.ending = ending;
    this.clock = clock;
  }

  /// As it is now.
  Batch batch() {
    return batch;
  }

  /// Requests that are not done.
  long left() {
    return left;
  }

  void cancel() {
    cancelled = true;
  }

  /// The server stops: begins nothing more.
  void drain() {
    draining = true;
  }

  /// Waits for nothing more.
  void stop() {
    draining = true;
    stopped.countDown();
    drawings.stop();
  }

  @Override
  public void run() {
    while (!draining && !batch.status().isEnd()) {
      try {
        advance();
      } catch (IOException | RecordException e) {
        LOG.warnf("%s waits for the disk: %s", batch.id(), e.getMessage());
        pause(DISK_WAIT);
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s cannot go on", batch.id());
        return;
      }
    }
  }

  private void advance() throws IOException {
    if (batch.becomes().isPresent()) {
      makeReady(batch.becomes().get());
    } else if (batch.status() == BatchStatus.VALIDATING) {
      validate();
    } else {
      draw();
    }
  }

  private void validate() throws IOException {
    Optional<Path> input = input();
    if (input.isEmpty()) {
      fail(NO_INPUT);
      return;
    }
    var found = BatchCheck.of(input.get(), batch.order().endpoint(), limits);
    if (found.errors().isEmpty()) {
      next(batch.with(batch.counts().ofTotal(found.total())), BatchStatus.IN_PROGRESS);
    } else {
      fail(found.errors());
    }
  }

  private Optional<Path> input() {
    return files.find(batch.order().inputFileId()).map(files::contents);
  }

  private void fail(List<BatchError> errors) {
    end(batch.with(errors), BatchStatus.FAILED);
  }

  private void draw() throws IOException {
    Optional<Path> input = input();
    if (input.isEmpty()) {
      batch = batch.with(NO_INPUT);
      finish(BatchStatus.FAILED);
      return;
    }
    BatchStatus how;
    try (var output = new BatchFiles(book.folder(), batch.id())) {
      count(output);
      how = draw(input.get(), output);
      if (how == BatchStatus.EXPIRED) {
        expire(input.get(), output);
      }
      count(output);
      if (draining && how == BatchStatus.IN_PROGRESS) {
        book.put(batch);
        return;
      }
    }
    switch (how) {
      case FINALIZING -> finish(BatchStatus.COMPLETED);
      case CANCELLED, EXPIRED -> finish(how);
      case VALIDATING, FAILED, IN_PROGRESS, COMPLETED, CANCELLING -> {}
    }
  }

  /// @return how it goes on; `IN_PROGRESS`: another time
  private BatchStatus draw(Path input, BatchFiles output) throws IOException {
    var all = new Phaser(1);
    BatchStatus how = BatchStatus.FINALIZING;
    drawings = new OpenDrawings();
    if (stopped.getCount() == 0) {
      drawings.stop();
    }
    try (var lines = new LineReader(input, limits.lineBytes())) {
      while (lines.next().orElse(null) instanceof LineReader.Line text) {
        if (output.isDone(text.number())) {
          continue;
        }
        how = awaitSlot(output);
        if (how != BatchStatus.FINALIZING) {
          break;
        }
        begin(line(text), output, all);
      }
      how = awaitAll(how, all, output);
    }
    return how;
  }

  /// Was looked through before anything was drawn.
  private BatchLine line(LineReader.Line text) {
    BatchLine line =
        BatchLine.read(text, batch.order().endpoint(), limits.lineBytes(), error -> {});
    if (line == null) {
      throw new IllegalStateException(batch.id() + ": its file has changed");
    }
    return line;
  }

  /// @return `FINALIZING`: there is a slot
  private BatchStatus awaitSlot(BatchFiles output) {
    while (true) {
      BatchStatus how = look(output);
      if (how != BatchStatus.FINALIZING || acquired()) {
        return how;
      }
    }
  }

  private boolean acquired() {
    try {
      return slots.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      draining = true;
      return false;
    }
  }

  /// Whether it goes on, `FINALIZING`.
  private BatchStatus look(BatchFiles output) {
    count(output);
    note();
    if (cancelled || book.isAskedToCancel(batch.id())) {
      if (batch.status() != BatchStatus.CANCELLING) {
        next(batch, BatchStatus.CANCELLING);
      }
      return BatchStatus.CANCELLED;
    }
    if (!clock.instant().isBefore(batch.expires())) {
      return BatchStatus.EXPIRED;
    }
    return draining ? BatchStatus.IN_PROGRESS : BatchStatus.FINALIZING;
  }

  /// For who asks another process, which shares the folder.
  private void note() {
    if (System.nanoTime() - noted >= BETWEEN_NOTES.toNanos()) {
      noted = System.nanoTime();
      book.put(batch);
    }
  }

  private void begin(BatchLine line, BatchFiles output, Phaser all) throws IOException {
    if (drawer.drawsHere() && output.tries().isTooOften(line.number())) {
      slots.release();
      output.write(
          line,
          BatchError.ofFile(
              "request_failed_repeatedly",
              "The server's process ended three times while it drew this request"));
      watcher.accept(new BatchEvent.LineDone(false));
      return;
    }
    output.tries().begin(line.number());
    LineRun run = LineRun.begin(line, batch, drawer, output, drawings, watcher);
    all.register();
    Thread.ofVirtual()
        .name(batch.id() + "_" + line.number())
        .start(() -> {
          try {
            run.run();
          } finally {
            slots.release();
            all.arriveAndDeregister();
          }
        });
  }

  /// What is drawn may end, unless nobody wants it any more.
  private BatchStatus awaitAll(BatchStatus how, Phaser all, BatchFiles output) {
    BatchStatus now = how;
    int phase = all.arrive();
    while (true) {
      if (now == BatchStatus.CANCELLED || now == BatchStatus.EXPIRED) {
        drawings.close();
      }
      try {
        all.awaitAdvanceInterruptibly(phase, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return drawings.leftSome() && now == BatchStatus.FINALIZING ? BatchStatus.IN_PROGRESS : now;
      } catch (TimeoutException e) {
        BatchStatus later = look(output);
        now = later == BatchStatus.FINALIZING ? now : later;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop();
        return BatchStatus.IN_PROGRESS;
      }
    }
  }

  /// Says of each request that is not done that its time is over.
  private void expire(Path input, BatchFiles output) throws IOException {
    var over =
        BatchError.ofFile(
            "batch_expired",
            "This request could not be executed before the completion window expired.");
    try (var lines = new LineReader(input, limits.lineBytes())) {
      while (lines.next().orElse(null) instanceof LineReader.Line text) {
        if (!output.isDone(text.number())) {
          output.write(line(text), over);
          watcher.accept(new BatchEvent.LineDone(false));
        }
      }
    }
  }

  private void count(BatchFiles output) {
    batch = batch.with(batch.counts().ofDone(output.answered(), output.failed()));
    left = batch.counts().total() - output.answered() - output.failed();
  }

  /// Makes the files that clients fetch. What a kill interrupts is done again to the same end.
  private void finish(BatchStatus how) throws IOException {
    var counts = batch.counts();
    next(
        batch.becoming(how, newId(counts.completed() > 0), newId(counts.failed() > 0)),
        how == BatchStatus.CANCELLED ? BatchStatus.CANCELLING : BatchStatus.FINALIZING);
    makeReady(how);
  }

  private void makeReady(BatchStatus how) throws IOException {
    keep(batch.outputFileId(), BatchFiles.answers(book.folder(), batch.id()), "output");
    keep(batch.errorFileId(), BatchFiles.errors(book.folder(), batch.id()), "error");
    BatchFiles.delete(book.folder(), batch.id());
    end(batch, how);
  }

  private static Optional<String> newId(boolean wanted) {
    return wanted ? Optional.of(ClientFile.newId()) : Optional.empty();
  }

  private void keep(Optional<String> id, Path file, String what) {
    if (id.isPresent()) {
      var name = "%s_%s.jsonl".formatted(batch.id(), what);
      var _ = files.keep(id.get(), file, name, "batch_output", batch.order().outputAge());
    }
  }

  private void next(Batch changed, BatchStatus status) {
    Batch next = changed.with(status, now());
    book.put(next);
    batch = next;
  }

  private void end(Batch changed, BatchStatus how) {
    Batch last = changed.with(how, now());
    ending.accept(last);
    book.put(last);
    batch = last;
    left = 0;
    watcher.accept(new BatchEvent.Ended(last));
    book.forgetCancel(last.id());
    LOG.infof(
        "%s is %s: %d of %d requests answered, %d failed",
        last.id(), how, last.counts().completed(), last.counts().total(), last.counts().failed());
  }

  private Instant now() {
    return clock.instant();
  }

  private void pause(Duration time) {
    try {
      var _ = stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    }
  }
}
