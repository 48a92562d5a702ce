package io.inkstream.server.jobstore;

import static io.inkstream.server.jobstore.JobRows.update;

import io.inkstream.server.jobstore.Acceptance.Conflict;
import io.inkstream.server.jobstore.Acceptance.Full;
import io.inkstream.server.jobstore.Acceptance.Known;
import io.inkstream.server.jobstore.Acceptance.Taken;
import io.inkstream.server.jobstore.JobRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How jobs go from one status to the next, as SQL. For the database's thread.
final class Transitions {
  private final StoreRules rules;
  private final InstantSource clock;
  // Of open jobs' last events: those between beginning and end are written nowhere.
  private final Map<String, Long> numbers = new HashMap<>();

  Transitions(StoreRules rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
  }

  static Optional<Row> row(Connection connection, String id) throws SQLException {
    return JobRows.one(connection, "id = ?", id);
  }

  Acceptance accept(Connection connection, NewJob job) throws SQLException {
    Optional<Row> before =
        JobRows.one(connection, "id = ? OR key = ?", job.id(), job.key().orElse(job.id()));
    if (before.isPresent()) {
      StoredJob known = before.get().job();
      return known.fingerprint().equals(job.fingerprint()) ? new Known(known) : new Conflict(known);
    }
    int waiting = Listings.waiting(connection);
    if (waiting >= rules.mostWaiting() && !job.behind()) {
      return new Full(waiting);
    }
    JobRows.insert(connection, job, clock.instant());
    update(connection, "DELETE FROM expired WHERE id = ?", job.id());
    return new Taken(row(connection, job.id()).orElseThrow().job());
  }

  Optional<Claim> claim(Connection connection, String holder, LaneOrder order) throws SQLException {
    Optional<Row> next = NextInLanes.of(connection, order, clock.instant());
    if (next.isPresent()) {
      long seq = next.get().seq();
      update(connection, "UPDATE job SET holder = ?, claim = claim + 1 WHERE seq = ?", holder, seq);
    }
    return next.map(row -> new Claim(row.job(), row.claim() + 1, holder));
  }

  Hold begin(Connection connection, StoredJob job) throws SQLException {
    if (job.cancelling()) {
      return Hold.CANCELLING;
    }
    update(
        connection,
        "UPDATE job SET status = 'in_progress', started = ?, tries = tries + 1, last_event = ?"
            + " WHERE id = ?",
        clock.millis(),
        next(job.id(), job.lastEvent()),
        job.id());
    return Hold.HELD;
  }

  void cancel(Connection connection, Row row) throws SQLException {
    String id = row.job().id();
    update(connection, "UPDATE job SET cancelling = 1 WHERE id = ?", id);
    if (row.waits()) {
      end(connection, row.job(), new JobEnd.Cancelled());
    }
  }

  void end(Connection connection, StoredJob job, JobEnd how) throws SQLException {
    long last = next(job.id(), job.lastEvent());
    Ends.write(connection, job, how, last, clock.instant(), rules.age());
  }

  void giveBack(Connection connection, StoredJob job, Optional<String> error) throws SQLException {
    if (job.cancelling()) {
      end(connection, job, new JobEnd.Cancelled());
    } else if (error.isPresent() && job.tries() >= rules.tries()) {
      end(connection, job, new JobEnd.Failed(error.get()));
    } else {
      boolean counts = error.isPresent() || job.status() == JobStatus.QUEUED;
      update(
          connection,
          "UPDATE job SET status = 'queued', holder = NULL, started = NULL, tries = ?,"
              + " last_event = ? WHERE id = ?",
          job.tries() - (counts ? 0 : 1),
          next(job.id(), job.lastEvent()),
          job.id());
    }
  }

  /// Ends all that has not ended.
  ///
  /// @return the ended ones
  List<StoredJob> interruptAll(Connection connection) throws SQLException {
    var open = JobRows.all(connection, "ended IS NULL");
    for (Row row : open) {
      end(connection, row.job(), new JobEnd.Interrupted(JobErrors.INTERRUPTED));
    }
    List<String> ids = open.stream().map(row -> row.job().id()).toList();
    return JobRows.all(connection, "status = 'interrupted'").stream()
        .map(Row::job)
        .filter(job -> ids.contains(job.id()))
        .toList();
  }

  /// A number for the next event; what is rolled back leaves a gap.
  ///
  /// @param last that is written down
  long next(String id, long last) {
    return numbers.merge(id, last + 1, (told, first) -> Math.max(told + 1, first));
  }

  /// The job has had its last event.
  void forget(String id) {
    numbers.remove(id);
  }
}
