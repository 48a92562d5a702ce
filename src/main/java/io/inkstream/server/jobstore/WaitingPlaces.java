package io.inkstream.server.jobstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where jobs stand, worked out once for all who ask: again when the line has changed, but at most
/// once in a second. For one thread.
final class WaitingPlaces {
  private static final long HOLD_NANOS = Duration.ofSeconds(1).toNanos();

  private final InstantSource clock;
  private final Map<String, Place> places = new HashMap<>();
  private long workedOut = System.nanoTime() - HOLD_NANOS;
  private boolean changed = true;

  WaitingPlaces(InstantSource clock) {
    this.clock = clock;
  }

  /// The line is another now.
  void changed() {
    changed = true;
  }

  Map<String, Place> of(Connection connection, Collection<String> ids, LaneOrder order)
      throws SQLException {
    boolean unknown = changed && !places.keySet().containsAll(ids);
    if (unknown || System.nanoTime() - workedOut >= HOLD_NANOS) {
      workOut(connection, order);
    }
    Map<String, Place> found = new HashMap<>(places);
    found.keySet().retainAll(List.copyOf(ids));
    return found;
  }

  private record Waiting(String id, double work, double claim) {}

  private void workOut(Connection connection, LaneOrder order) throws SQLException {
    places.clear();
    double ahead = 0;
    for (Waiting job : inOrder(connection, order, clock.instant())) {
      places.put(job.id(), new Place(places.size() + 1, ahead));
      ahead += job.work();
    }
    workedOut = System.nanoTime();
    changed = false;
  }

  private static List<Waiting> inOrder(Connection connection, LaneOrder order, Instant now)
      throws SQLException {
    List<Waiting> line = new ArrayList<>();
    try (var statement =
            JobRows.statement(
                connection,
                "SELECT id, lane, work, created FROM job WHERE"
                    + JobRows.WAITING
                    + "ORDER BY seq");
        var found = statement.executeQuery()) {
      while (found.next()) {
        Duration waited = NextInLanes.waited(Instant.ofEpochMilli(found.getLong(4)), now);
        line.add(
            new Waiting(
                found.getString(1), found.getDouble(3), order.claim(found.getInt(2), waited)));
      }
    }
    line.sort(Comparator.comparingDouble(Waiting::claim).reversed());
    return line;
  }
}
