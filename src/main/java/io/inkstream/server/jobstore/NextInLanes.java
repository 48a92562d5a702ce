package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Finds the next waiting job: of the first of each lane, the one with the greatest claim.
final class NextInLanes {
  private NextInLanes() {}

  static Optional<Row> of(Connection connection, LaneOrder order, Instant now) throws SQLException {
    Optional<Row> next = Optional.empty();
    Optional<Row> first = firstAbove(connection, -1);
    while (first.isPresent()) {
      if (!Double.isNaN(claim(first.get(), order, now))
          && (next.isEmpty() || passes(first.get(), next.get(), order, now))) {
        next = first;
      }
      first = firstAbove(connection, first.get().job().lane());
    }
    return next;
  }

  private static Optional<Row> firstAbove(Connection connection, int lane) throws SQLException {
    return JobRows.one(connection, JobRows.WAITING + "AND lane > ? ORDER BY lane, seq", lane);
  }

  private static boolean passes(Row one, Row other, LaneOrder order, Instant now) {
    int greater = Double.compare(claim(one, order, now), claim(other, order, now));
    return greater > 0 || greater == 0 && one.seq() < other.seq();
  }

  private static double claim(Row row, LaneOrder order, Instant now) {
    return order.claim(row.job().lane(), waited(row.job().created(), now));
  }

  /// Never negative, even where the clock was set back.
  static Duration waited(Instant created, Instant now) {
    Duration waited = Duration.between(created, now);
    return waited.isNegative() ? Duration.ZERO : waited;
  }
}
