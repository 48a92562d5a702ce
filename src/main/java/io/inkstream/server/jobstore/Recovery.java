package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/// What becomes of jobs that a process held that is there no more.
final class Recovery {
  private static final Logger LOG = Logger.getLogger(Recovery.class);
  // No drawing tells as much: what watchers have seen of a lost one has smaller numbers.
  private static final long GAP = 1 << 20;

  private final StoreRules rules;
  private final InstantSource clock;

  Recovery(StoreRules rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
  }

  void of(Connection connection) throws SQLException {
    var held = JobRows.all(connection, "holder IS NOT NULL");
    for (Row row : held) {
      recover(connection, row.job());
    }
    if (!held.isEmpty()) {
      LOG.infof("%d jobs were held by a server that has ended: taken up", held.size());
    }
  }

  private void recover(Connection connection, StoredJob job) throws SQLException {
    boolean begun = job.status() == JobStatus.IN_PROGRESS;
    if (job.cancelling()) {
      end(connection, job, new JobEnd.Cancelled());
    } else if (begun && rules.afterRestart() == StoreRules.AfterRestart.INTERRUPT) {
      end(connection, job, new JobEnd.Interrupted(JobErrors.INTERRUPTED));
    } else if (begun && job.tries() >= rules.tries()) {
      end(connection, job, new JobEnd.Failed(JobErrors.deadly(job.tries())));
    } else {
      JobRows.update(
          connection,
          "UPDATE job SET status = 'queued', holder = NULL, started = NULL, last_event = ?"
              + " WHERE id = ?",
          job.lastEvent() + (begun ? GAP : 0),
          job.id());
    }
  }

  private void end(Connection connection, StoredJob job, JobEnd how) throws SQLException {
    Ends.write(connection, job, how, job.lastEvent() + GAP, clock.instant(), rules.age());
  }
}
