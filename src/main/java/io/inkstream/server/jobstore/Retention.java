package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Forgets jobs that have ended, by age and by size. That there were such is remembered for a
/// while.
final class Retention {
  private static final Duration REMEMBERED = Duration.ofDays(7);
  private static final int AT_ONCE = 20;

  private Retention() {}

  /// @return the ids of those that are gone
  static List<String> sweep(Connection connection, StoreRules rules, Instant now)
      throws SQLException {
    List<String> gone = new ArrayList<>();
    forget(connection, JobRows.all(connection, "expires <= ?", now.toEpochMilli()), now, gone);
    List<Row> oldest;
    while (bytes(connection) > rules.bytes() && !(oldest = oldestEnded(connection)).isEmpty()) {
      forget(connection, oldest, now, gone);
    }
    JobRows.update(
        connection, "DELETE FROM expired WHERE at < ?", now.minus(REMEMBERED).toEpochMilli());
    return gone;
  }

  private static List<Row> oldestEnded(Connection connection) throws SQLException {
    return JobRows.all(connection, "expires IS NOT NULL ORDER BY expires LIMIT " + AT_ONCE);
  }

  private static void forget(Connection connection, List<Row> rows, Instant now, List<String> gone)
      throws SQLException {
    for (Row row : rows) {
      String id = row.job().id();
      JobRows.update(connection, "DELETE FROM job WHERE id = ?", id);
      JobRows.update(
          connection, "INSERT OR REPLACE INTO expired VALUES (?, ?)", id, now.toEpochMilli());
      gone.add(id);
    }
  }

  private static long bytes(Connection connection) throws SQLException {
    long pages =
        JobRows.numbers(connection, 1, "PRAGMA page_count")[0]
            - JobRows.numbers(connection, 1, "PRAGMA freelist_count")[0];
    return pages * JobRows.numbers(connection, 1, "PRAGMA page_size")[0];
  }
}
