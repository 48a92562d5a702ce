package io.inkstream.server.jobstore;

import static io.inkstream.server.jobstore.JobRows.update;
import static io.inkstream.server.jobstore.Transitions.row;

import io.inkstream.server.jobstore.Acceptance.Known;
import io.inkstream.server.jobstore.Acceptance.Taken;
import io.inkstream.server.jobstore.JobRows.Row;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Jobs in an SQLite database that one process has for itself: a file, or its memory. Events
/// between a job's beginning and its end are in memory only.
public final class SqliteJobStore implements JobStore {
  private static final Duration RENEWAL = Duration.ofSeconds(5);

  private final String kind;
  private final StoreRules rules;
  private final InstantSource clock;
  private final Supplier<Boolean> untouched;
  private final Database database;
  private final EventFeeds feeds = new EventFeeds();
  private final BroadcastProcessor<Signal> signals = BroadcastProcessor.create();

  private final AtomicBoolean closed = new AtomicBoolean();

  // For the database's thread.
  private final Map<String, Integer> progress = new HashMap<>();
  private final Transitions transitions;
  private final WaitingPlaces places;

  private SqliteJobStore(
      String kind,
      StoreRules rules,
      InstantSource clock,
      Database.Opening opening,
      Supplier<Boolean> untouched) {
    this.kind = kind;
    this.rules = rules;
    this.clock = clock;
    this.untouched = untouched;
    this.transitions = new Transitions(rules, clock);
    this.places = new WaitingPlaces(clock);
    this.database = new Database(() -> recovered(opening.open()));
  }

  /// Jobs that end with this process.
  public static SqliteJobStore inMemory(StoreRules rules, InstantSource clock) {
    return new SqliteJobStore("memory", rules, clock, Sqlite::inMemory, () -> false);
  }

  /// Jobs in a file, which is made when the first is taken.
  ///
  /// @param file asked for when it is first needed
  public static SqliteJobStore inFile(Supplier<Path> file, StoreRules rules, InstantSource clock) {
    return new SqliteJobStore(
        "disk", rules, clock, () -> Sqlite.inFile(file.get()), () -> !Files.exists(file.get()));
  }

  private Connection recovered(Connection connection) throws SQLException {
    try {
      new Recovery(rules, clock).of(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close(); // or the file would stay locked
      throw e;
    }
  }

  @Override
  public CompletionStage<Acceptance> accept(NewJob job) {
    return database
        .run(
            connection -> transitions.accept(connection, job),
            accepted -> {
              if (accepted instanceof Taken) {
                places.changed();
                signals.onNext(new Signal.Waiting());
              }
            })
        .thenApply(this::now);
  }

  @Override
  public CompletionStage<Lookup> find(String id) {
    return database.run(connection -> lookup(connection, id));
  }

  private Lookup lookup(Connection connection, String id) throws SQLException {
    Optional<Row> row = row(connection, id);
    if (row.isPresent()) {
      return new Lookup.Kept(now(row.get().job()));
    }
    long known = JobRows.numbers(connection, 1, "SELECT COUNT(*) FROM expired WHERE id = ?", id)[0];
    return known > 0 ? new Lookup.Expired() : new Lookup.Unknown();
  }

  private Acceptance now(Acceptance accepted) {
    return accepted instanceof Known(StoredJob job) ? new Known(now(job)) : accepted;
  }

  /// With what is not written down.
  private StoredJob now(StoredJob job) {
    return job.status() == JobStatus.IN_PROGRESS
        ? job.withProgress(progress.getOrDefault(job.id(), job.progress()))
        : job;
  }

  @Override
  public CompletionStage<List<StoredJob>> list(Listing wanted) {
    return database.run(
        connection -> Listings.of(connection, wanted).stream().map(row -> now(row.job())).toList());
  }

  @Override
  public CompletionStage<Map<String, Place>> places(Collection<String> ids, LaneOrder order) {
    return database.run(connection -> places.of(connection, ids, order));
  }

  @Override
  public CompletionStage<Lookup> cancel(String id) {
    return database
        .run(
            connection -> {
              Lookup before = lookup(connection, id);
              Optional<Row> open = row(connection, id).filter(row -> !row.job().status().isEnd());
              if (open.isPresent()) {
                transitions.cancel(connection, open.get());
              }
              return new Cancelled(before, open.isPresent(), row(connection, id).map(Row::job));
            },
            this::tellOf)
        .thenApply(Cancelled::before);
  }

  /// @param asked whether it changed anything
  private record Cancelled(Lookup before, boolean asked, Optional<StoredJob> after) {}

  private void tellOf(Cancelled cancelled) {
    cancelled
        .after()
        .filter(job -> cancelled.asked())
        .ifPresent(job -> {
          if (job.status().isEnd()) {
            tell(job);
          } else {
            signals.onNext(new Signal.Cancelling(job.id()));
          }
        });
  }

  @Override
  public CompletionStage<Lookup> delete(String id) {
    return database.run(
        connection -> {
          Lookup before = lookup(connection, id);
          if (before instanceof Lookup.Kept(StoredJob job) && job.status().isEnd()) {
            update(connection, "DELETE FROM job WHERE id = ?", id);
          }
          return before;
        },
        before -> feeds.forget(id));
  }

  @Override
  public Multi<StoredEvent> events(String id, long after) {
    return Uni.createFrom()
        .completionStage(() ->
            database.run(connection -> row(connection, id).map(Row::job), job -> joinFeed(job)))
        .onItem()
        .transformToMulti(job ->
            job.map(kept -> feeds.watch(kept.id(), after))
                .orElseGet(() -> Multi.createFrom().empty()));
  }

  /// A feed has all that was told; where there is none, the job's status is all.
  private void joinFeed(Optional<StoredJob> job) {
    job.filter(kept -> !feeds.has(kept.id()))
        .ifPresent(
            kept -> feeds.tell(kept.id(), new StoredEvent(kept.lastEvent(), JobEvents.of(kept))));
  }

  @Override
  public CompletionStage<Optional<Claim>> claim(String holder, LaneOrder order) {
    if (untouched.get()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    return database.run(
        connection -> transitions.claim(connection, holder, order),
        claim -> claim.ifPresent(held -> places.changed()));
  }

  @Override
  public CompletionStage<Hold> begin(Claim claim) {
    return changed(claim, (connection, row) -> transitions.begin(connection, row.job()));
  }

  private interface Change {
    Hold of(Connection connection, Row row) throws SQLException;
  }

  /// Changes a claimed job, and tells its watchers of its new status, if it has one.
  private CompletionStage<Hold> changed(Claim claim, Change change) {
    return database
        .run(
            connection -> {
              Optional<Row> row =
                  row(connection, claim.id()).filter(known -> known.isHeldBy(claim));
              Hold hold = row.isPresent() ? change.of(connection, row.get()) : Hold.LOST;
              return new Changed(
                  hold, row.map(Row::job), row(connection, claim.id()).map(Row::job));
            },
            changed -> tellOf(changed))
        .thenApply(Changed::hold);
  }

  private record Changed(Hold hold, Optional<StoredJob> before, Optional<StoredJob> after) {}

  private void tellOf(Changed changed) {
    changed
        .after()
        .filter(job ->
            changed.before().filter(before -> before.lastEvent() < job.lastEvent()).isPresent())
        .ifPresent(job -> {
          joinFeed(changed.before());
          tell(job);
        });
  }

  private void tell(StoredJob job) {
    feeds.tell(job.id(), new StoredEvent(job.lastEvent(), JobEvents.of(job)));
    if (job.status() != JobStatus.IN_PROGRESS) {
      progress.remove(job.id());
    }
    if (job.status().isEnd()) {
      transitions.forget(job.id());
    }
    places.changed();
  }

  @Override
  public CompletionStage<Hold> renew(Claim claim) {
    return changed(
        claim, (connection, row) -> row.job().cancelling() ? Hold.CANCELLING : Hold.HELD);
  }

  @Override
  public void tell(Claim claim, int percent, EventBody event) {
    String id = claim.id();
    var _ =
        database.run(
            connection -> new StoredEvent(transitions.next(id, 0), event),
            numbered -> {
              progress.put(id, percent);
              feeds.tell(id, numbered);
            });
  }

  @Override
  public CompletionStage<Boolean> end(Claim claim, JobEnd end) {
    return changed(
            claim,
            (connection, row) -> {
              transitions.end(connection, row.job(), end);
              return Hold.HELD;
            })
        .thenApply(hold -> hold == Hold.HELD);
  }

  @Override
  public CompletionStage<Void> giveBack(Claim claim, Optional<String> error) {
    return changed(
            claim,
            (connection, row) -> {
              transitions.giveBack(connection, row.job(), error);
              return Hold.HELD;
            })
        .thenAccept(hold -> signals.onNext(new Signal.Waiting()));
  }

  @Override
  public Multi<Signal> signals() {
    return signals;
  }

  @Override
  public Duration renewalInterval() {
    return RENEWAL;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public CompletionStage<Backlog> backlog() {
    return untouched.get()
        ? CompletableFuture.completedStage(Backlog.NONE)
        : database.run(connection -> Listings.backlog(connection, clock.instant()));
  }

  @Override
  public CompletionStage<Void> sweep() {
    return untouched.get()
        ? CompletableFuture.completedStage(null)
        : database
            .run(connection -> Retention.sweep(connection, rules, clock.instant()))
            .thenAccept(gone -> gone.forEach(feeds::forget));
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (kind.equals("memory")) {
      database.run(transitions::interruptAll, ended -> ended.forEach(this::tell));
    }
    database.close();
    feeds.close();
    signals.onComplete();
  }
}
