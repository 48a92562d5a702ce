package io.inkstream.server.batch;

import io.inkstream.server.files.FileStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Batches, from the moment that they are handed in until they are forgotten. Safe for any thread;
/// every method that tells of them or changes one waits for the disk.
public final class Batches implements AutoCloseable {
  /// Batches that may be under way in one process.
  public static final int MOST = 100;

  private static final int ID_BYTES = 16;

  private final BatchBook book;
  private final FileStore files;
  private final LineDrawer drawer;
  private final BatchLimits limits;
  private final Consumer<BatchEvent> watcher;
  private final Consumer<Batch> ending;
  private final InstantSource clock;
  private final Semaphore slots;
  private final Map<String, BatchRun> runs = new ConcurrentHashMap<>();
  private volatile boolean draining;

  /// @param watcher hears what happens to them, on whatever thread
  /// @param ending is told of a batch's end before that is written down: again after a kill
  public Batches(
      io.inkstream.server.record.RecordFolder records,
      FileStore files,
      LineDrawer drawer,
      BatchLimits limits,
      Consumer<BatchEvent> watcher,
      Consumer<Batch> ending,
      InstantSource clock) {
    this.book = new BatchBook(records);
    this.files = files;
    this.drawer = drawer;
    this.limits = limits;
    this.watcher = watcher;
    this.ending = ending;
    this.clock = clock;
    this.slots = new Semaphore(limits.atOnce(), true);
  }

  /// Takes a batch in: it is written down, and begun at once.
  ///
  /// @return none: too many are under way, or the server stops
  /// @throws io.inkstream.server.record.RecordException if it cannot be written
  public Optional<Batch> create(BatchOrder order) {
    if (draining || runs.size() >= MOST) {
      return Optional.empty();
    }
    Batch batch = Batch.of(newId(), order, clock.instant());
    book.put(batch);
    begin(batch);
    return Optional.of(batch);
  }

  private static String newId() {
    byte[] bytes = new byte[ID_BYTES];
    // None is kept in a static field: a native image would carry its seed.
    new SecureRandom().nextBytes(bytes);
    return "batch_" + HexFormat.of().formatHex(bytes);
  }

  private void begin(Batch batch) {
    var run = new BatchRun(batch, book, files, drawer, limits, slots, watcher, ending, clock);
    runs.put(batch.id(), run);
    Thread.ofVirtual()
        .name(batch.id())
        .start(() -> {
          try {
            run.run();
          } finally {
            runs.remove(batch.id());
          }
        });
  }

  public Optional<Batch> find(String id) {
    BatchRun run = runs.get(id);
    return run == null ? book.find(id) : Optional.of(run.batch());
  }

  /// All batches, the oldest first.
  public List<Batch> list() {
    return book.list().stream().map(this::current).toList();
  }

  private Batch current(Batch written) {
    BatchRun run = runs.get(written.id());
    return run == null ? written : run.batch();
  }

  /// Asks whoever looks after a batch to end it, in this process or another.
  ///
  /// @return as it is then; none if there is none; with an end if there is nothing to cancel
  public Optional<Batch> cancel(String id) {
    Optional<Batch> found = find(id);
    if (found.isEmpty() || found.get().status().isEnd()) {
      return found;
    }
    book.askToCancel(id);
    BatchRun run = runs.get(id);
    if (run != null) {
      run.cancel();
    }
    return found.map(batch -> batch.with(BatchStatus.CANCELLING, clock.instant()));
  }

  /// The model that draws them.
  public String model() {
    return drawer.model();
  }

  /// Batches that are under way in this process.
  public int running() {
    return runs.size();
  }

  /// Requests of them that are not done.
  public long left() {
    return runs.values().stream().mapToLong(BatchRun::left).sum();
  }

  /// Goes on with batches of processes that are gone.
  public void takeOver() {
    if (!draining) {
      book.takeOver().forEach(this::begin);
    }
  }

  /// Forgets batches that are too old.
  public void sweep() {
    Instant oldest = clock.instant().minus(limits.age());
    book.list().stream()
        .filter(batch -> batch.status().isEnd() && batch.created().isBefore(oldest))
        .forEach(book::delete);
  }

  /// The server stops: what is drawn may end, nothing more is begun.
  public void drain() {
    draining = true;
    runs.values().forEach(BatchRun::drain);
  }

  /// What is not done is gone on with by the next process.
  @Override
  public void close() {
    drain();
    runs.values().forEach(BatchRun::stop);
  }
}
