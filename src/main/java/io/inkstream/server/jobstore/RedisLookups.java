package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds jobs in Redis, and where they stand.
final class RedisLookups {
  private final RedisLink link;
  private final RedisScript script;
  private final String keys;
  private final InstantSource clock;

  // Guarded by places.
  private final Map<String, Place> places = new HashMap<>();
  private long placesWorkedOut = System.nanoTime() - TimeUnit.SECONDS.toNanos(2);

  RedisLookups(RedisLink link, RedisScript script, String keys, InstantSource clock) {
    this.link = link;
    this.script = script;
    this.keys = keys;
    this.clock = clock;
  }

  private String job(String id) {
    return keys + ":job:" + id;
  }

  /// The job of an id.
  Future<Lookup> find(String id) {
    return link.send(Request.cmd(Command.HGETALL).arg(job(id))).compose(hash -> known(id, hash));
  }

  /// The same, where its hash has been read already.
  Future<Lookup> known(String id, @Nullable Response hash) {
    Optional<StoredJob> job = RedisRows.job(hash);
    if (job.isPresent()) {
      return Future.succeededFuture(new Lookup.Kept(job.get()));
    }
    return link.send(Request.cmd(Command.EXISTS).arg(keys + ":expired:" + id))
        .map(there -> RedisRows.whole(there) > 0 ? new Lookup.Expired() : new Lookup.Unknown());
  }

  Future<List<StoredJob>> list(Listing wanted) {
    String index =
        wanted.status().map(status -> keys + ":status:" + status).orElseGet(() -> keys + ":jobs");
    return bound(wanted)
        .compose(bound -> bound.isEmpty() ? none() : listed(index, wanted, bound.get()));
  }

  private static Future<List<StoredJob>> none() {
    return Future.succeededFuture(List.of());
  }

  /// Where a page begins; nothing if the job after which it does is not there.
  private Future<Optional<String>> bound(Listing wanted) {
    if (wanted.after().isEmpty()) {
      return Future.succeededFuture(Optional.of(wanted.newestFirst() ? "+inf" : "-inf"));
    }
    return link.send(Request.cmd(Command.ZSCORE).arg(keys + ":jobs").arg(wanted.after().get()))
        .map(score -> Optional.ofNullable(score).map(found -> "(" + found));
  }

  private Future<List<StoredJob>> listed(String index, Listing wanted, String bound) {
    Request range =
        wanted.newestFirst()
            ? Request.cmd(Command.ZREVRANGEBYSCORE).arg(index).arg(bound).arg("-inf")
            : Request.cmd(Command.ZRANGEBYSCORE).arg(index).arg(bound).arg("+inf");
    return link.send(range.arg("LIMIT").arg(0).arg(wanted.limit()))
        .compose(ids ->
            Future.all(
                IntStream.range(0, ids.size())
                    .mapToObj(i ->
                        link.send(Request.cmd(Command.HGETALL).arg(job(ids.get(i).toString()))))
                    .toList()))
        .map(all ->
            all.<Response>list().stream().map(RedisRows::job).flatMap(Optional::stream).toList());
  }

  Future<Map<String, Place>> places(Collection<String> ids, LaneOrder order) {
    Optional<Map<String, Place>> recent = recentPlaces(ids);
    return recent.isPresent()
        ? Future.succeededFuture(recent.get())
        : script.run("line").map(line -> workedOut(line, ids, order));
  }

  /// Of a moment ago, if they have all that are asked for.
  private Optional<Map<String, Place>> recentPlaces(Collection<String> ids) {
    synchronized (places) {
      boolean recent = System.nanoTime() - placesWorkedOut < TimeUnit.SECONDS.toNanos(1);
      return recent && places.keySet().containsAll(ids)
          ? Optional.of(placesOf(ids))
          : Optional.empty();
    }
  }

  private Map<String, Place> workedOut(Response line, Collection<String> ids, LaneOrder order) {
    Map<String, Place> all = RedisLine.places(line, order, clock.instant());
    synchronized (places) {
      places.clear();
      places.putAll(all);
      placesWorkedOut = System.nanoTime();
      return placesOf(ids);
    }
  }

  private Map<String, Place> placesOf(Collection<String> ids) {
    Map<String, Place> some = new HashMap<>(places);
    some.keySet().retainAll(List.copyOf(ids));
    return some;
  }

  Future<Backlog> backlog() {
    var waiting = link.send(Request.cmd(Command.ZCARD).arg(keys + ":waiting"));
    var oldest =
        link.send(
            Request.cmd(Command.ZRANGE).arg(keys + ":waiting").arg(0).arg(0).arg("WITHSCORES"));
    var claimed = link.send(Request.cmd(Command.SCARD).arg(keys + ":claimed"));
    return Future.all(waiting, oldest, claimed)
        .map(all ->
            new Backlog(
                (int) RedisRows.whole(waiting.result()),
                oldest(oldest.result()),
                (int) RedisRows.whole(claimed.result())));
  }

  /// @param scored the oldest, with the time of its acceptance, alone or in a list of such
  private Duration oldest(Response scored) {
    if (scored.size() == 0) {
      return Duration.ZERO;
    }
    Response pair = scored.size() == 1 ? scored.get(0) : scored;
    return RedisLine.waited((long) Double.parseDouble(pair.get(1).toString()), clock.instant());
  }
}
