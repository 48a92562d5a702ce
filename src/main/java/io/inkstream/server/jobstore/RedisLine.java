package io.inkstream.server.jobstore;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who is next, of those that Redis says wait.
final class RedisLine {
  private static final int HEAD_FIELDS = 3;
  private static final int LINE_FIELDS = 5;

  private RedisLine() {}

  private record Waiting(String id, double work, long seq, double claim) {}

  private static final Comparator<Waiting> BY_CLAIM =
      Comparator.comparingDouble(Waiting::claim).reversed().thenComparingLong(Waiting::seq);

  /// The lane whose first is next.
  ///
  /// @param heads lane, created and seq of the first of each
  static Optional<Integer> nextLane(Response heads, LaneOrder order, Instant now) {
    List<Waiting> first = new ArrayList<>();
    for (int i = 0; i < heads.size(); i += HEAD_FIELDS) {
      first.add(waiting(heads, i, heads.get(i).toString(), 0, order, now));
    }
    return first.stream()
        .filter(job -> !Double.isNaN(job.claim()))
        .min(BY_CLAIM)
        .map(Waiting::id)
        .map(Integer::parseInt);
  }

  /// @param line lane, created, seq, work and id of all who wait
  static Map<String, Place> places(Response line, LaneOrder order, Instant now) {
    List<Waiting> all = new ArrayList<>();
    for (int i = 0; i < line.size(); i += LINE_FIELDS) {
      String id = line.get(i + 4).toString();
      double work = Double.parseDouble(line.get(i + 3).toString());
      all.add(waiting(line, i, id, work, order, now));
    }
    all.sort(BY_CLAIM);
    Map<String, Place> places = new HashMap<>();
    double ahead = 0;
    for (Waiting job : all) {
      places.put(job.id(), new Place(places.size() + 1, ahead));
      ahead += job.work();
    }
    return places;
  }

  private static Waiting waiting(
      Response of, int at, String id, double work, LaneOrder order, Instant now) {
    Duration waited = waited(RedisRows.whole(of.get(at + 1)), now);
    double claim = order.claim((int) RedisRows.whole(of.get(at)), waited);
    return new Waiting(id, work, RedisRows.whole(of.get(at + 2)), claim);
  }

  static Duration waited(long created, Instant now) {
    return NextInLanes.waited(Instant.ofEpochMilli(created), now);
  }
}
