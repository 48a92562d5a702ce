package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.Acceptance.Conflict;
import io.inkstream.server.jobstore.Acceptance.Full;
import io.inkstream.server.jobstore.Acceptance.Known;
import io.inkstream.server.jobstore.Acceptance.Taken;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Jobs in Redis, shared by all processes that name the same one: `docs/design/jobs-in-redis.md`.
/// Needs Redis 6.2 or newer, or what speaks as it does.
public final class RedisJobStore implements JobStore {
  private static final Logger LOG = Logger.getLogger(RedisJobStore.class);
  private static final int RENEWALS_IN_A_LEASE = 4;
  private static final int MOST_EVENT_BYTES = EventFeed.MOST_BYTES;
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final String keys;
  private final Duration lease;
  private final StoreRules rules;
  private final InstantSource clock;
  private final RedisLink link;
  private final RedisLink reading;
  private final RedisScript script;
  private final RedisFeeds feeds;
  private final RedisReader reader;
  private final BroadcastProcessor<Signal> signals = BroadcastProcessor.create();
  private final AtomicBoolean closed = new AtomicBoolean();

  // Guarded by places.
  private final Map<String, Place> places = new HashMap<>();
  private long placesWorkedOut = System.nanoTime() - TimeUnit.SECONDS.toNanos(2);

  /// @param redis asked for when it is first needed, from any thread
  public RedisJobStore(
      Supplier<Redis> redis, RedisPlace place, StoreRules rules, InstantSource clock) {
    this.keys = place.keys();
    this.lease = place.lease();
    this.rules = rules;
    this.clock = clock;
    this.link = new RedisLink(redis, PATIENCE);
    this.reading = new RedisLink(redis, PATIENCE.plusMillis(RedisReader.BLOCK_MS));
    this.script = new RedisScript(link, keys, clock);
    this.feeds = new RedisFeeds(this::wakeReader);
    this.reader =
        new RedisReader(reading, link, keys, feeds, signals::onNext, this::lookForLostJobs);
    reader.start();
    reader.every(lease.toMillis() / (2 * RENEWALS_IN_A_LEASE), this::recover);
  }

  private void wakeReader() {
    reader.wake();
  }

  private static <T> CompletionStage<T> stage(Future<T> future) {
    return future.toCompletionStage();
  }

  private String job(String id) {
    return keys + ":job:" + id;
  }

  private long kept() {
    return rules.age().toMillis();
  }

  @Override
  public CompletionStage<Acceptance> accept(NewJob job) {
    return stage(
        script
            .run(
                "accept",
                job.id(),
                job.key().orElse(""),
                job.fingerprint(),
                job.payload(),
                job.work(),
                Lane.of(job.work()),
                job.deadline().map(time -> "" + time.toEpochMilli()).orElse(""),
                rules.mostWaiting())
            .map(answer -> acceptance(job, answer)));
  }

  private static Acceptance acceptance(NewJob asked, Response answer) {
    String word = answer.get(0).toString();
    if (word.equals("full")) {
      return new Full((int) RedisRows.whole(answer.get(1)));
    }
    StoredJob job = RedisRows.job(answer.get(1)).orElseThrow();
    if (word.equals("taken")) {
      return new Taken(job);
    }
    return job.fingerprint().equals(asked.fingerprint()) ? new Known(job) : new Conflict(job);
  }

  @Override
  public CompletionStage<Lookup> find(String id) {
    return stage(found(id));
  }

  private Future<Lookup> found(String id) {
    return link.send(Request.cmd(Command.HGETALL).arg(job(id))).compose(hash -> known(id, hash));
  }

  private Future<Lookup> known(String id, @Nullable Response hash) {
    Optional<StoredJob> job = RedisRows.job(hash);
    if (job.isPresent()) {
      return Future.succeededFuture(new Lookup.Kept(job.get()));
    }
    return link.send(Request.cmd(Command.EXISTS).arg(keys + ":expired:" + id))
        .map(there -> RedisRows.whole(there) > 0 ? new Lookup.Expired() : new Lookup.Unknown());
  }

  @Override
  public CompletionStage<List<StoredJob>> list(Listing wanted) {
    String index =
        wanted.status().map(status -> keys + ":status:" + status).orElseGet(() -> keys + ":jobs");
    return stage(
        bound(wanted)
            .compose(bound -> bound.isEmpty() ? none() : listed(index, wanted, bound.get())));
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

  @Override
  public CompletionStage<Map<String, Place>> places(Collection<String> ids, LaneOrder order) {
    Optional<Map<String, Place>> recent = recentPlaces(ids);
    return recent.isPresent()
        ? stage(Future.succeededFuture(recent.get()))
        : stage(script.run("line").map(line -> workedOut(line, ids, order)));
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

  @Override
  public CompletionStage<Lookup> cancel(String id) {
    return stage(script.run("cancel", id, kept()).compose(hash -> known(id, hash)));
  }

  @Override
  public CompletionStage<Lookup> delete(String id) {
    return stage(
        script
            .run("delete", id)
            .compose(hash -> known(id, hash))
            .onSuccess(before -> feeds.forget(id)));
  }

  @Override
  public Multi<StoredEvent> events(String id, long after) {
    return Uni.createFrom()
        .completionStage(() -> stage(found(id).compose(this::joinFeed)))
        .onItem()
        .transformToMulti(
            kept -> kept ? feeds.watch(id, after) : Multi.createFrom().<StoredEvent>empty());
  }

  /// @return whether there is such a job
  private Future<Boolean> joinFeed(Lookup found) {
    if (!(found instanceof Lookup.Kept(StoredJob job))) {
      return Future.succeededFuture(false);
    }
    if (!job.status().isEnd()) {
      feeds.forget(job.id()); // of another job that had the id
      return Future.succeededFuture(true);
    }
    if (feeds.hasEnded(job.id(), job.lastEvent())) {
      return Future.succeededFuture(true);
    }
    return link.send(
            Request.cmd(Command.XRANGE).arg(keys + ":events:" + job.id()).arg("-").arg("+"))
        .map(entries -> {
          feeds.ended(job.id(), events(job, entries));
          return true;
        });
  }

  /// What is kept of an ended job's events: when it is only the job itself, that is the last.
  private static List<StoredEvent> events(StoredJob job, Response entries) {
    List<StoredEvent> events = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      events.add(RedisRows.event(job.id(), entries.get(i)));
    }
    if (events.isEmpty() || !events.getLast().isLast()) {
      events.add(new StoredEvent(job.lastEvent(), JobEvents.of(job)));
    }
    return events;
  }

  @Override
  public CompletionStage<Optional<Claim>> claim(String holder, LaneOrder order) {
    return stage(claimed(holder, order));
  }

  private Future<Optional<Claim>> claimed(String holder, LaneOrder order) {
    return script
        .run("heads")
        .map(heads -> RedisLine.nextLane(heads, order, clock.instant()))
        .compose(lane ->
            lane.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : script
                    .run("claim", lane.get(), holder)
                    .compose(first -> claimed(first, holder, order)));
  }

  /// Another may have been quicker: then there are other heads.
  private Future<Optional<Claim>> claimed(Response first, String holder, LaneOrder order) {
    if (first.size() == 0) {
      return claimed(holder, order);
    }
    StoredJob job = RedisRows.job(first.get(1)).orElseThrow();
    return Future.succeededFuture(
        Optional.of(new Claim(job, (int) RedisRows.whole(first.get(0)), holder)));
  }

  @Override
  public CompletionStage<Hold> begin(Claim claim) {
    return stage(script.run("begin", claim.id(), claim.number()).map(RedisJobStore::hold));
  }

  private static Hold hold(Response answer) {
    return Hold.valueOf(answer.toString());
  }

  @Override
  public CompletionStage<Hold> renew(Claim claim) {
    return stage(
        script.run("renew", claim.id(), claim.number(), lease.toMillis()).map(RedisJobStore::hold));
  }

  @Override
  public void tell(Claim claim, int progress, EventBody event) {
    int most = Math.clamp(MOST_EVENT_BYTES / (event.data().length + 1), 1, EventFeed.MOST_EVENTS);
    var _ =
        script.run("tell", claim.id(), claim.number(), progress, event.type(), event.data(), most);
  }

  @Override
  public CompletionStage<Boolean> end(Claim claim, JobEnd end) {
    return stage(ended(claim, end).map(answer -> RedisRows.whole(answer) == 1));
  }

  private Future<Response> ended(Claim claim, JobEnd end) {
    return switch (end) {
      case JobEnd.Completed(String result) -> ended(claim, JobStatus.COMPLETED, result, "");
      case JobEnd.Failed(String error) -> ended(claim, JobStatus.FAILED, "", error);
      case JobEnd.Cancelled() -> ended(claim, JobStatus.CANCELLED, "", "");
      case JobEnd.Interrupted(String error) -> ended(claim, JobStatus.INTERRUPTED, "", error);
    };
  }

  private Future<Response> ended(Claim claim, JobStatus status, String result, String error) {
    return script.run("end", claim.id(), claim.number(), status, result, error, kept());
  }

  @Override
  public CompletionStage<Void> giveBack(Claim claim, Optional<String> error) {
    return stage(
        script
            .run("give_back", claim.id(), claim.number(), error.orElse(""), rules.tries(), kept())
            .mapEmpty());
  }

  @Override
  public Multi<Signal> signals() {
    return signals;
  }

  @Override
  public Duration renewalInterval() {
    return lease.dividedBy(RENEWALS_IN_A_LEASE);
  }

  @Override
  public String kind() {
    return "redis";
  }

  @Override
  public CompletionStage<Backlog> backlog() {
    var waiting = link.send(Request.cmd(Command.ZCARD).arg(keys + ":waiting"));
    var oldest =
        link.send(
            Request.cmd(Command.ZRANGE).arg(keys + ":waiting").arg(0).arg(0).arg("WITHSCORES"));
    var claimed = link.send(Request.cmd(Command.SCARD).arg(keys + ":claimed"));
    return stage(
        Future.all(waiting, oldest, claimed)
            .map(all ->
                new Backlog(
                    (int) RedisRows.whole(waiting.result()),
                    oldest(oldest.result()),
                    (int) RedisRows.whole(claimed.result()))));
  }

  /// @param scored the oldest, with the time of its acceptance, alone or in a list of such
  private Duration oldest(Response scored) {
    if (scored.size() == 0) {
      return Duration.ZERO;
    }
    Response pair = scored.size() == 1 ? scored.get(0) : scored;
    return RedisLine.waited((long) Double.parseDouble(pair.get(1).toString()), clock.instant());
  }

  @Override
  public CompletionStage<Void> sweep() {
    return stage(
        script
            .run("sweep", rules.bytes())
            .map(gone -> {
              for (int i = 0; i < gone.size(); i++) {
                feeds.forget(gone.get(i).toString());
              }
              return null;
            }));
  }

  /// Takes up what processes held that are there no more.
  private void recover() {
    boolean ends = rules.afterRestart() == StoreRules.AfterRestart.INTERRUPT;
    script
        .run(
            "recover",
            lease.toMillis(),
            rules.tries(),
            ends ? 1 : 0,
            JobErrors.INTERRUPTED,
            JobErrors.deadly(rules.tries()),
            kept())
        .onSuccess(many -> {
          if (RedisRows.whole(many) > 0) {
            LOG.infof("%s jobs were held by a server that is there no more: taken up", many);
          }
        });
  }

  /// Redis may have come back without what it had.
  private void lookForLostJobs() {
    signals.onNext(new Signal.Waiting());
    feeds
        .places()
        .keySet()
        .forEach(id ->
            found(id)
                .onSuccess(job -> {
                  if (!(job instanceof Lookup.Kept)) {
                    feeds.lose(id);
                  }
                }));
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    reader.close();
    answered();
    feeds.close();
    signals.onComplete();
    link.close();
    reading.close();
  }

  /// Waits until what was said before has been heard.
  private void answered() {
    try {
      var _ =
          stage(link.send(Request.cmd(Command.PING)))
              .toCompletableFuture()
              .orTimeout(2, TimeUnit.SECONDS)
              .join();
    } catch (CompletionException e) {
      LOG.debugf("Redis does not answer at the end: %s", e.getMessage());
    }
  }
}
