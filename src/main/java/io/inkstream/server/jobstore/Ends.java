package io.inkstream.server.jobstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes down how a job has ended.
final class Ends {
  private Ends() {}

  /// @param event the number of its last event
  static void write(
      Connection connection, StoredJob job, JobEnd how, long event, Instant now, Duration kept)
      throws SQLException {
    JobStatus status =
        switch (how) {
          case JobEnd.Completed _ -> JobStatus.COMPLETED;
          case JobEnd.Failed _ -> JobStatus.FAILED;
          case JobEnd.Cancelled _ -> JobStatus.CANCELLED;
          case JobEnd.Interrupted _ -> JobStatus.INTERRUPTED;
        };
    JobRows.update(
        connection,
        "UPDATE job SET status = ?, holder = NULL, progress = ?, ended = ?, expires = ?,"
            + " last_event = ?, result = ?, error = ? WHERE id = ?",
        status.toString(),
        status == JobStatus.COMPLETED ? 100 : job.progress(),
        now.toEpochMilli(),
        now.plus(kept).toEpochMilli(),
        event,
        result(how),
        error(how),
        job.id());
  }

  private static @Nullable String result(JobEnd how) {
    return how instanceof JobEnd.Completed(String result) ? result : null;
  }

  private static @Nullable String error(JobEnd how) {
    return switch (how) {
      case JobEnd.Failed(String error) -> error;
      case JobEnd.Interrupted(String error) -> error;
      case JobEnd.Completed _, JobEnd.Cancelled _ -> null;
    };
  }
}
