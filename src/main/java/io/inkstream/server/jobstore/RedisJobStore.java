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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Jobs in Redis, shared by all processes that name the same one: `docs/design/jobs-in-redis.md`.
/// Needs Redis 6.2 or newer, or what speaks as it does.
public final class RedisJobStore implements JobStore {
  private static final Logger LOG = Logger.getLogger(RedisJobStore.class);
  private static final int RENEWALS_IN_A_LEASE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final String keys;
  private final Duration lease;
  private final StoreRules rules;
  private final InstantSource clock;
  private final RedisLink link;
  private final RedisLink reading;
  private final RedisScript script;
  private final RedisLookups lookups;
  private final RedisClaims claims;
  private final RedisFeeds feeds;
  private final RedisReader reader;
  private final BroadcastProcessor<Signal> signals = BroadcastProcessor.create();
  private final AtomicBoolean closed = new AtomicBoolean();

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
    this.lookups = new RedisLookups(link, script, keys, clock);
    this.claims = new RedisClaims(script, lease, rules, clock);
    this.feeds = new RedisFeeds(this::wakeReader);
    this.reader =
        new RedisReader(reading, link, keys, feeds, signals::onNext, this::lookForLostJobs);
    reader.start();
    reader.every(lease.toMillis() / (2 * RENEWALS_IN_A_LEASE), claims::recover);
  }

  private void wakeReader() {
    reader.wake();
  }

  private static <T> CompletionStage<T> stage(Future<T> future) {
    return future.toCompletionStage();
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
                job.lane(),
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
    return stage(lookups.find(id));
  }

  @Override
  public CompletionStage<List<StoredJob>> list(Listing wanted) {
    return stage(lookups.list(wanted));
  }

  @Override
  public CompletionStage<Map<String, Place>> places(Collection<String> ids, LaneOrder order) {
    return stage(lookups.places(ids, order));
  }

  @Override
  public CompletionStage<Lookup> cancel(String id) {
    return stage(script.run("cancel", id, kept()).compose(hash -> lookups.known(id, hash)));
  }

  @Override
  public CompletionStage<Lookup> delete(String id) {
    return stage(
        script
            .run("delete", id)
            .compose(hash -> lookups.known(id, hash))
            .onSuccess(before -> feeds.forget(id)));
  }

  @Override
  public Multi<StoredEvent> events(String id, long after) {
    return Uni.createFrom()
        .completionStage(() -> stage(lookups.find(id).compose(this::joinFeed)))
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
    return stage(claims.claim(holder, order));
  }

  @Override
  public CompletionStage<Hold> begin(Claim claim) {
    return stage(claims.begin(claim));
  }

  @Override
  public CompletionStage<Hold> renew(Claim claim) {
    return stage(claims.renew(claim));
  }

  @Override
  public void tell(Claim claim, int progress, EventBody event) {
    claims.tell(claim, progress, event);
  }

  @Override
  public CompletionStage<Boolean> end(Claim claim, JobEnd end) {
    return stage(claims.end(claim, end));
  }

  @Override
  public CompletionStage<Void> giveBack(Claim claim, Optional<String> error) {
    return stage(claims.giveBack(claim, error));
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
  public boolean isShared() {
    return true;
  }

  @Override
  public CompletionStage<Backlog> backlog() {
    return stage(lookups.backlog());
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

  /// Redis may have come back without what it had.
  private void lookForLostJobs() {
    signals.onNext(new Signal.Waiting());
    feeds
        .places()
        .keySet()
        .forEach(id ->
            lookups
                .find(id)
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
