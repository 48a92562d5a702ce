package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Claims of jobs in Redis: one process has a job at a time, as long as it says so.
final class RedisClaims {
  private static final Logger LOG = Logger.getLogger(RedisClaims.class);
  private static final int MOST_EVENT_BYTES = EventFeed.MOST_BYTES;

  private final RedisScript script;
  private final Duration lease;
  private final StoreRules rules;
  private final InstantSource clock;

  RedisClaims(RedisScript script, Duration lease, StoreRules rules, InstantSource clock) {
    this.script = script;
    this.lease = lease;
    this.rules = rules;
    this.clock = clock;
  }

  private long kept() {
    return rules.age().toMillis();
  }

  Future<Optional<Claim>> claim(String holder, LaneOrder order) {
    return claimed(holder, order);
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

  Future<Hold> begin(Claim claim) {
    return script.run("begin", claim.id(), claim.number()).map(RedisClaims::hold);
  }

  private static Hold hold(Response answer) {
    return Hold.valueOf(answer.toString());
  }

  Future<Hold> renew(Claim claim) {
    return script.run("renew", claim.id(), claim.number(), lease.toMillis()).map(RedisClaims::hold);
  }

  void tell(Claim claim, int progress, EventBody event) {
    int most = Math.clamp(MOST_EVENT_BYTES / (event.data().length + 1), 1, EventFeed.MOST_EVENTS);
    var _ =
        script.run("tell", claim.id(), claim.number(), progress, event.type(), event.data(), most);
  }

  Future<Boolean> end(Claim claim, JobEnd end) {
    return ended(claim, end).map(answer -> RedisRows.whole(answer) == 1);
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

  Future<Void> giveBack(Claim claim, Optional<String> error) {
    return script
        .run("give_back", claim.id(), claim.number(), error.orElse(""), rules.tries(), kept())
        .mapEmpty();
  }

  /// Takes up what processes held that are there no more.
  void recover() {
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
}
