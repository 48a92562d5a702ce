package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Jobs and figures that are asked for together.
final class Listings {
  private Listings() {}

  static List<Row> of(Connection connection, Listing wanted) throws SQLException {
    String way = wanted.newestFirst() ? "<" : ">";
    List<Object> values = new ArrayList<>();
    var where = new StringBuilder("lane < " + Lane.BEHIND);
    wanted
        .status()
        .ifPresent(status -> {
          where.append(" AND status = ?");
          values.add(status.toString());
        });
    wanted
        .after()
        .ifPresent(id -> {
          where.append(" AND seq " + way + " (SELECT seq FROM job WHERE id = ?)");
          values.add(id);
        });
    where.append(" ORDER BY seq " + (wanted.newestFirst() ? "DESC" : "ASC") + " LIMIT ?");
    values.add(wanted.limit());
    return JobRows.all(connection, where.toString(), values.toArray());
  }

  /// How many wait in turn.
  static int waiting(Connection connection) throws SQLException {
    String inTurn = JobRows.WAITING + "AND lane < " + Lane.BEHIND;
    return (int) JobRows.numbers(connection, 1, "SELECT COUNT(*) FROM job WHERE" + inTurn)[0];
  }

  static Backlog backlog(Connection connection, Instant now) throws SQLException {
    long[] waiting =
        JobRows.numbers(
            connection, 2, "SELECT COUNT(*), MIN(created) FROM job WHERE" + JobRows.WAITING);
    long held =
        JobRows.numbers(connection, 1, "SELECT COUNT(*) FROM job WHERE holder IS NOT NULL")[0];
    Duration oldest =
        waiting[0] == 0 ? Duration.ZERO : NextInLanes.waited(Instant.ofEpochMilli(waiting[1]), now);
    return new Backlog((int) waiting[0], oldest, (int) held);
  }
}
